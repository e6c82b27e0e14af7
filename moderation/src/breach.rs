//! A breach of confidentiality, step by step: what must be done before its case may close, and when the authority is told.
//! A checklist that cannot be closed early; who does what is the caller's affair.

use chrono::{DateTime, TimeDelta, Utc};

use crate::FieldError;
use crate::coded::coded_enum;
use crate::decision::Action;

/// How long after learning of a breach the supervisory authority must be told (GDPR art. 33(1)).
pub const CLOCK: TimeDelta = TimeDelta::hours(72);
/// Coordinators are told when less than this is left and nobody has assessed the risk.
pub const CLOCK_WARNING: TimeDelta = TimeDelta::hours(24);

coded_enum! {
    /// A step of the work on a breach, in the order in which it is done.
    pub enum Step {
        /// Nobody can see it any more, and every copy is gone.
        Contain = "contain",
        /// Who is affected is known, as far as it can be.
        Affected = "affected",
        /// What left the space, and how far it went, is known.
        LeftSpace = "left_space",
        /// It was decided what becomes of the text.
        Decide = "decide",
        /// The people affected were told.
        TellAffected = "tell_affected",
        /// Whoever wrote it was told.
        TellAuthor = "tell_author",
        /// A talk was had, or a sanction laid on.
        Repair = "repair",
        /// The author is asked to say yes to the pledge of confidentiality again.
        Pledge = "pledge",
        /// The risk to people's rights was assessed, and the authority told where it must be.
        Assess = "assess",
        /// What we learnt, and the end.
        Close = "close",
    }
}

coded_enum! {
    /// How a step came out.
    pub enum Outcome {
        /// It was done.
        Done = "done",
        /// It was not called for; a note says why.
        NotNeeded = "not_needed",
        /// It could not be done; a note says why.
        NotPossible = "not_possible",
    }
}

coded_enum! {
    /// What the assessment of risk came to.
    pub enum Verdict {
        /// A risk to people's rights is unlikely: documented, not notified.
        RiskUnlikely = "risk_unlikely",
        /// There is a risk: the authority is told (art. 33).
        Notify = "notify",
        /// The risk is high: the people are told too, without delay (art. 34).
        NotifyAndTell = "notify_and_tell",
    }
}

coded_enum! {
    /// What left the space.
    pub enum Leaked {
        /// Who somebody is.
        Identity = "identity",
        /// How or where somebody can be reached.
        Contact = "contact",
        /// Something about somebody's health.
        Health = "health",
        /// Something that somebody told in confidence.
        Story = "story",
        /// A picture.
        Image = "image",
        /// Where somebody is.
        Whereabouts = "whereabouts",
        /// Something else.
        Other = "other",
    }
}

coded_enum! {
    /// How far it went.
    pub enum Reach {
        /// Nobody saw it.
        Nobody = "nobody",
        /// Few people here.
        Few = "few",
        /// Many people here.
        Many = "many",
        /// People outside.
        Outside = "outside",
        /// It cannot be told.
        Unknown = "unknown",
    }
}

coded_enum! {
    /// Why it turned out to be no breach.
    pub enum NoBreach {
        /// It was decided that nothing is wrong.
        Dismissed = "dismissed",
        /// Nobody but its author has seen it.
        NobodySaw = "nobody_saw",
        /// It is about its author alone.
        OwnData = "own_data",
        /// What was told was not confidential.
        NotConfidential = "not_confidential",
        /// The decision was undone.
        Overturned = "overturned",
    }
}

/// What a decision says of a breach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It was one: the steps must be taken.
    Breach,
    /// It was none.
    NoBreach,
    /// Nothing was decided yet.
    Open,
}

/// What this action says of a breach. `sanctioned`: something is laid on the author; `outside`: it happened outside, so there
/// is no text that could go.
#[must_use]
pub const fn settled(action: Action, sanctioned: bool, outside: bool) -> Settled {
    match action {
        Action::Redact | Action::Hide | Action::Remove => Settled::Breach,
        Action::Keep if sanctioned || outside => Settled::Breach,
        Action::Keep | Action::Dismiss | Action::Restore => Settled::NoBreach,
        Action::Escalate | Action::Approve | Action::RequestChanges | Action::Uphold | Action::Overturn => {
            Settled::Open
        }
    }
}

impl Step {
    /// Whether the program finds out by itself that the step is done. Containing what happened outside is up to people.
    #[must_use]
    pub const fn is_automatic(self, outside: bool) -> bool {
        match self {
            Self::Decide => true,
            Self::Contain => !outside,
            _ => false,
        }
    }

    /// How somebody may say that the step came out. What is found out, written or assessed elsewhere has none here.
    #[must_use]
    pub const fn outcomes(self, outside: bool) -> &'static [Outcome] {
        match self {
            Self::Contain if outside => &[Outcome::Done, Outcome::NotPossible],
            Self::Contain | Self::Decide | Self::Assess => &[],
            Self::Affected | Self::LeftSpace | Self::Close => &[Outcome::Done],
            Self::TellAffected | Self::TellAuthor => &[Outcome::Done, Outcome::NotNeeded, Outcome::NotPossible],
            Self::Repair | Self::Pledge => &[Outcome::Done, Outcome::NotNeeded, Outcome::NotPossible],
        }
    }

    /// Whether a note must say more than the outcome does.
    #[must_use]
    pub fn needs_note(self, outcome: Outcome) -> bool {
        outcome != Outcome::Done || !matches!(self, Self::TellAffected | Self::TellAuthor | Self::Pledge)
    }
}

/// Why a step cannot be taken now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// These come first.
    StepsLeft(Vec<Step>),
    /// Copies are still being taken away.
    TasksLeft,
}

/// The steps that are not done, in order.
#[must_use]
pub fn open_steps(done: &[Step]) -> Vec<Step> {
    use crate::Coded;
    Step::ALL.iter().copied().filter(|step| !done.contains(step)).collect()
}

/// Whether `step` may be taken now: closing is the last of all.
pub fn may_take(step: Step, done: &[Step]) -> Result<(), Refusal> {
    if step != Step::Close {
        return Ok(());
    }
    let left: Vec<Step> = open_steps(done).into_iter().filter(|left| *left != Step::Close).collect();
    if left.is_empty() { Ok(()) } else { Err(Refusal::StepsLeft(left)) }
}

/// Whether the case may close: every step is done and no copy is left.
pub fn may_close(done: &[Step], tasks_left: u64) -> Result<(), Refusal> {
    let left = open_steps(done);
    match (left.is_empty(), tasks_left) {
        (false, _) => Err(Refusal::StepsLeft(left)),
        (true, 1..) => Err(Refusal::TasksLeft),
        (true, 0) => Ok(()),
    }
}

/// The assessment of GDPR art. 33(3), as far as it was written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Assessment<'a> {
    /// What it came to.
    pub verdict: Option<Verdict>,
    /// When the authority was told.
    pub notified_at: Option<DateTime<Utc>>,
    /// What happened.
    pub nature: &'a str,
    /// What it can lead to for people.
    pub consequences: &'a str,
    /// What was done against it.
    pub measures: &'a str,
    /// Whom the authority can ask.
    pub contact: &'a str,
    /// Why the risk is judged as it is.
    pub reasons: &'a str,
    /// Why it took longer than the clock allows.
    pub delay: &'a str,
}

/// What is still missing from an assessment, by field; empty when it is done. `aware_at`: when we learnt of the breach.
#[must_use]
pub fn missing(form: &Assessment<'_>, aware_at: DateTime<Utc>) -> Vec<FieldError> {
    let Some(verdict) = form.verdict else { return vec![FieldError::new("verdict", "required")] };
    let notifies = verdict != Verdict::RiskUnlikely;
    let is_late = form.notified_at.is_some_and(|at| at > aware_at + CLOCK);
    let asked = [
        ("nature", form.nature, true),
        ("reasons", form.reasons, true),
        ("measures", form.measures, true),
        ("consequences", form.consequences, notifies),
        ("contact", form.contact, notifies),
        ("delay", form.delay, is_late),
    ];
    let mut missing: Vec<FieldError> = asked
        .into_iter()
        .filter(|(_, text, needed)| *needed && text.trim().is_empty())
        .map(|(field, _, _)| FieldError::new(field, "required"))
        .collect();
    if notifies && form.notified_at.is_none() {
        missing.push(FieldError::new("notified_at", "required"));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Coded;

    fn all_but(left: &[Step]) -> Vec<Step> {
        Step::ALL.iter().copied().filter(|step| !left.contains(step)).collect()
    }

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_268_800, 0).unwrap()
    }

    #[test]
    fn nothing_closes_before_every_step_and_every_copy() {
        for &step in Step::ALL {
            assert_eq!(may_close(&all_but(&[step]), 0), Err(Refusal::StepsLeft(vec![step])), "{step}");
        }
        assert_eq!(may_close(Step::ALL, 1), Err(Refusal::TasksLeft));
        assert_eq!(may_close(Step::ALL, 0), Ok(()));
        assert_eq!(may_close(&[], 0), Err(Refusal::StepsLeft(Step::ALL.to_vec())));
    }

    #[test]
    fn closing_is_the_last_step_and_the_others_come_in_any_order() {
        for &step in Step::ALL.iter().filter(|step| **step != Step::Close) {
            assert_eq!(may_take(step, &[]), Ok(()));
            assert_eq!(may_take(Step::Close, &all_but(&[step, Step::Close])), Err(Refusal::StepsLeft(vec![step])));
        }
        assert_eq!(may_take(Step::Close, &all_but(&[Step::Close])), Ok(()));
    }

    #[test]
    fn what_is_kept_without_a_sanction_was_no_breach_but_outside_keeping_is_all_there_is() {
        assert_eq!(settled(Action::Keep, false, false), Settled::NoBreach);
        assert_eq!(settled(Action::Keep, true, false), Settled::Breach);
        assert_eq!(settled(Action::Keep, false, true), Settled::Breach);
        assert_eq!(settled(Action::Redact, false, false), Settled::Breach);
        assert_eq!(settled(Action::Dismiss, false, true), Settled::NoBreach);
        assert_eq!(settled(Action::Escalate, false, false), Settled::Open);
    }

    #[test]
    fn what_the_program_finds_out_nobody_says_by_hand() {
        for &step in Step::ALL {
            for outside in [false, true] {
                let by_hand = !step.outcomes(outside).is_empty();
                assert!(!(by_hand && step.is_automatic(outside)), "{step}");
                assert!(by_hand || step.is_automatic(outside) || step == Step::Assess, "{step}");
            }
        }
    }

    #[test]
    fn an_assessment_says_all_that_the_law_asks_for() {
        let fields = |form: &Assessment<'_>| -> Vec<String> {
            missing(form, noon()).into_iter().map(|error| error.field.into_owned()).collect()
        };
        assert_eq!(fields(&Assessment::default()), ["verdict"]);
        let unlikely = Assessment { verdict: Some(Verdict::RiskUnlikely), ..Assessment::default() };
        assert_eq!(fields(&unlikely), ["nature", "reasons", "measures"]);
        let notify =
            Assessment { verdict: Some(Verdict::Notify), nature: "n", reasons: "r", measures: "m", ..unlikely };
        assert_eq!(fields(&notify), ["consequences", "contact", "notified_at"]);
        let in_time = Assessment { consequences: "c", contact: "k", notified_at: Some(noon() + CLOCK), ..notify };
        assert_eq!(fields(&in_time), Vec::<String>::new());
        let late = Assessment { notified_at: Some(noon() + CLOCK + TimeDelta::minutes(1)), ..in_time };
        assert_eq!(fields(&late), ["delay"]);
    }
}
