//! A check: questions drawn by its seed, options in the order of its seed, graded here and nowhere else.

use moderation::training;

use super::course::{Course, Question};
use super::store::CheckRow;
use super::views::{AnsweredView, CheckView, QuestionView, ResultView};

/// A check over the words that it was drawn from.
pub(super) struct Check<'c> {
    row: &'c CheckRow,
    questions: Vec<Asked<'c>>,
}

struct Asked<'c> {
    question: &'c Question,
    /// Places of its options as written, in the order shown. Place 0 is the right one.
    order: Vec<usize>,
}

/// What the grading found.
pub(super) struct Graded {
    pub(super) right: usize,
    pub(super) passed: bool,
    pub(super) read_again: Vec<String>,
}

impl<'c> Check<'c> {
    /// The check, if the course still has the words that it was drawn from.
    pub(super) fn of(course: &'c Course, row: &'c CheckRow) -> Option<Self> {
        if course.version != row.document_version || course.lang.code() != row.lang {
            return None;
        }
        let seed = row.seed.cast_unsigned();
        let questions = training::drawn(seed, course.questions.len())
            .into_iter()
            .filter_map(|place| {
                let question = course.questions.get(place)?;
                Some(Asked { question, order: training::option_order(seed, place, question.options.len()) })
            })
            .collect();
        Some(Self { row, questions })
    }

    /// What was answered to a question; none yet.
    fn answer(&self, number: usize) -> Option<usize> {
        self.row.answers.get(number).and_then(|answer| usize::try_from(*answer).ok())
    }

    /// Whether a question has such an option.
    pub(super) fn has(&self, number: usize, option: usize) -> bool {
        self.questions.get(number).is_some_and(|asked| option < asked.order.len())
    }

    /// Numbers of questions without an answer.
    pub(super) fn open(&self) -> Vec<usize> {
        (0..self.questions.len()).filter(|number| self.answer(*number).is_none()).collect()
    }

    fn is_right(&self, number: usize, asked: &Asked<'_>) -> bool {
        self.answer(number).and_then(|option| asked.order.get(option)) == Some(&0)
    }

    /// Counts the right answers, and names the parts that the others are about.
    pub(super) fn grade(&self) -> Graded {
        let mut read_again: Vec<String> = Vec::new();
        let mut right = 0;
        for (number, asked) in self.questions.iter().enumerate() {
            if self.is_right(number, asked) {
                right += 1;
            } else if !read_again.contains(&asked.question.about) {
                read_again.push(asked.question.about.clone());
            }
        }
        Graded { right, passed: training::passes(right, self.questions.len()), read_again }
    }

    /// The check as somebody takes it: not a word of what is right.
    pub(super) fn view(&self) -> CheckView {
        let questions = self.questions.iter().enumerate().map(|(number, asked)| QuestionView {
            number,
            case: asked.question.case.clone(),
            options: asked.order.iter().filter_map(|place| asked.question.options.get(*place).cloned()).collect(),
            answer: self.answer(number),
        });
        CheckView { started_at: self.row.started_at, questions: questions.collect() }
    }

    /// Questions with the right answers and why: for who has passed.
    pub(super) fn answered(&self) -> Vec<AnsweredView> {
        let option = |asked: &Asked<'_>, place: Option<&usize>| {
            place.and_then(|place| asked.question.options.get(*place).cloned()).unwrap_or_default()
        };
        self.questions
            .iter()
            .enumerate()
            .map(|(number, asked)| AnsweredView {
                case: asked.question.case.clone(),
                chosen: option(asked, self.answer(number).and_then(|at| asked.order.get(at))),
                right: option(asked, Some(&0)),
                was_right: self.is_right(number, asked),
                why: asked.question.why.clone(),
            })
            .collect()
    }
}

/// How a finished check went. The right answers go with it only where it was passed and the words still stand.
pub(super) fn result(course: &Course, row: &CheckRow) -> Option<ResultView> {
    let (finished_at, passed) = row.finished_at.zip(row.passed)?;
    let questions = row.answers.len();
    let answers = match Check::of(course, row) {
        Some(check) if passed => check.answered(),
        _ => Vec::new(),
    };
    Some(ResultView {
        passed,
        right: usize::try_from(row.right_count.unwrap_or(0)).unwrap_or(0),
        questions,
        pass_mark: training::pass_mark(questions),
        finished_at,
        read_again: row.read_again.iter().filter(|id| course.has_module(id)).cloned().collect(),
        next_try_at: (!passed).then(|| finished_at + training::WAIT),
        answers,
    })
}
