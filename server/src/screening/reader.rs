//! The program that reads first, with what this community has chosen. Everybody who stores a text is given it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use moderation::Category;
use moderation::policy::{FindingCategory, Policy, Rule, Severity, TextAction};
use moderation::redaction;
use moderation::screening::{Input, Report, Screener, Signals, Span};
use serde_json::{Value, json};

use super::store::{self, OwnWord, Stored};
use super::table;
use super::tally;
use super::{Finding, Surface, Verdict};
use crate::http::{FieldError, Lang, Problem};
use crate::infra::bus::Topic;
use crate::infra::db::Db;
use crate::infra::lasting::outlived;
use crate::infra::markdown;

/// How long a change that this node was not told of may take.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// Name of the field whose rewording the author is offered.
const BODY: &str = "body";

/// Who reads: the compiled rules, or nobody where they cannot be compiled.
enum Reader {
    Standard,
    Own(Box<Screener>),
    Broken,
}

impl Reader {
    fn get(&self) -> Option<&Screener> {
        match self {
            Self::Standard => Screener::standard(),
            Self::Own(own) => Some(own),
            Self::Broken => None,
        }
    }
}

struct Rules {
    version: i32,
    policy: Policy,
    reader: Reader,
}

/// The reader of a community. Cheap to clone; all clones follow the same settings.
#[derive(Clone)]
pub struct Screening {
    rules: Arc<RwLock<Arc<Rules>>>,
    methods: Option<Arc<str>>,
}

impl Default for Screening {
    fn default() -> Self {
        Self::new(None)
    }
}

/// What was seen in a text, and what it leads to here.
pub(super) struct Seen {
    pub(super) report: Report,
    pub(super) rule: Rule,
}

impl Seen {
    /// The findings in the reader's language.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.report.findings.iter().map(Finding::from).collect()
    }
}

impl Screening {
    /// The defaults, until [`Screening::load`] has read the settings. `methods`: phrases that tell of methods, one a line,
    /// which are kept outside the program.
    #[must_use]
    pub fn new(methods: Option<&str>) -> Self {
        let methods: Option<Arc<str>> = methods.map(Arc::from);
        let rules = Rules { version: 0, policy: Policy::default(), reader: compile(&[], methods.as_deref()) };
        Self { rules: Arc::new(RwLock::new(Arc::new(rules))), methods }
    }

    fn rules(&self) -> Arc<Rules> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the settings, if they are other than those known. Where the database fails, what is known stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(&self, db: &Db) -> Result<(), Problem> {
        let stored = store::get(&mut *db.read().await?).await?;
        if stored.version != self.rules().version {
            self.follow(stored).await;
        }
        Ok(())
    }

    /// Takes settings on; an older version never takes the place of a newer one.
    async fn follow(&self, stored: Stored) {
        let methods = self.methods.clone();
        let (words, version) = (stored.words, stored.version);
        // Compiling takes tens of milliseconds of a processor: not on a thread that answers people.
        let reader = tokio::task::spawn_blocking(move || compile(&words, methods.as_deref())).await;
        let rules = Rules { version, policy: table::policy(&stored.changes), reader: reader.unwrap_or(Reader::Broken) };
        let mut known = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        if known.version < version {
            *known = Arc::new(rules);
        }
    }

    /// Reads a text as it is written and as it is shown; none where the reader is broken.
    pub(super) fn see(&self, surface: Surface, text: &str) -> Option<Seen> {
        let rules = self.rules();
        let reader = rules.reader.get()?;
        let read = |text| reader.screen(&Input { text, lang: None, surface: surface.engine() });
        let mut report = read(text);
        if let Some(shown) = shown(surface, text) {
            add_shown(&mut report, read(&shown), text);
        }
        let facts = report.findings.iter().map(moderation::screening::Finding::facts);
        let rule = table::verdict(&rules.policy, surface.engine(), facts);
        Some(Seen { report, rule })
    }

    /// Reads `text` by the rules. `confirmed`: the author has seen the advice and sends all the same.
    /// Should the reader itself be broken, the text waits for a person: never the other way.
    ///
    /// # Errors
    /// 422 `advice` with `findings` and `redacted_text` where policy says *tell the author* and `confirmed` is false.
    pub fn read(&self, surface: Surface, text: &str, confirmed: bool) -> Result<Verdict, Problem> {
        let verdict = judge(self.see(surface, text), text, confirmed);
        tally::count(&verdict);
        verdict
    }

    /// As [`Screening::read`] for a chat message, and what the message does in its conversation.
    pub fn read_message(&self, text: &str, confirmed: bool) -> (Result<Verdict, Problem>, Signals) {
        let seen = self.see(Surface::Chat, text);
        let signals = seen.as_ref().map(|seen| seen.report.signals).unwrap_or_default();
        let verdict = judge(seen, text, confirmed);
        tally::count(&verdict);
        (verdict, signals)
    }

    /// What a chat message does in its conversation.
    #[must_use]
    pub fn signals(&self, text: &str) -> Signals {
        self.see(Surface::Chat, text).map(|seen| seen.report.signals).unwrap_or_default()
    }

    /// Reads the fields of a text, each by itself, and answers the gravest verdict.
    ///
    /// # Errors
    /// 422 `advice` for the first field that calls for it, with its name as `field`; `redacted_text` only for `body`.
    pub fn read_fields(&self, surface: Surface, fields: &[(&str, &str)], confirmed: bool) -> Result<Verdict, Problem> {
        let mut gravest = Verdict::Publish;
        for (field, text) in fields.iter().filter(|(_, text)| !text.is_empty()) {
            let verdict = self.read(surface, text, confirmed).map_err(|problem| named(problem, field))?;
            if rank(&verdict) < rank(&gravest) {
                gravest = verdict;
            }
        }
        Ok(gravest)
    }

    /// Reads public copy that staff write: words that put people off are told once. Nothing of it is held, for it is the
    /// coordinators' own to answer for.
    ///
    /// # Errors
    /// 422 `advice` with `field` for the first field that calls for it, unless `confirmed`.
    pub fn advise<'t>(
        &self,
        fields: impl IntoIterator<Item = (&'t str, Option<&'t str>)>,
        confirmed: bool,
    ) -> Result<(), Problem> {
        let written: Vec<(&str, &str)> =
            fields.into_iter().filter_map(|(field, text)| text.map(|text| (field, text))).collect();
        self.read_fields(Surface::StaffCopy, &written, confirmed).map(|_| ())
    }

    /// What is wrong with a name that somebody wants to go by; none where nothing was found.
    #[must_use]
    pub fn wrong_with_name(&self, name: &str) -> Option<FieldError> {
        let seen = self.see(Surface::Nickname, name)?;
        let found = |fits: fn(FindingCategory) -> bool| seen.report.findings.iter().any(|f| fits(f.category));
        if found(FindingCategory::is_personal) {
            return Some(FieldError::new("pseudonym", "tells_who"));
        }
        let findings = &seen.report.findings;
        let hurts = findings.iter().any(|f| f.category == FindingCategory::Hate || f.severity > Severity::Low);
        hurts.then(|| FieldError::new("pseudonym", "hurts_somebody"))
    }

    /// The text with everything that tells of a person replaced by words for it; none where the reader is broken, since
    /// then nothing can be promised. Equal to `text` where nothing was found.
    #[must_use]
    pub fn masked(&self, text: &str) -> Option<String> {
        let report = self.see(Surface::Forum, text)?.report;
        // What only the shown text tells has no place in the source that could be replaced.
        let is_hidden = |finding: &moderation::screening::Finding| {
            finding.category.is_personal() && finding.replacement.is_none() && finding.span == whole(text)
        };
        (!report.findings.iter().any(is_hidden)).then(|| redacted(text, &report))
    }
}

/// The words of a text as readers see them, where signs of Markdown or entities in the source could hide them.
fn shown(surface: Surface, text: &str) -> Option<String> {
    let is_plain =
        matches!(surface, Surface::Nickname) || !text.contains(['*', '_', '`', '~', '&', '\\', '[', '|', '<']);
    if is_plain {
        return None;
    }
    let shown = markdown::excerpt(&markdown::render(text), usize::MAX);
    (shown != text).then_some(shown)
}

/// Adds what only the shown text tells; it stands for the whole text, since it has no place in the source.
fn add_shown(report: &mut Report, shown: Report, text: &str) {
    report.signals = report.signals.iter().chain(shown.signals.iter()).collect();
    for mut finding in shown.findings {
        let is_known = |known: &moderation::screening::Finding| {
            known.category == finding.category && known.severity >= finding.severity
        };
        if !report.findings.iter().any(is_known) {
            finding.span = whole(text);
            finding.replacement = None;
            report.findings.push(finding);
        }
    }
}

fn whole(text: &str) -> Span {
    Span { start: 0, end: u32::try_from(text.chars().count()).unwrap_or(u32::MAX) }
}

/// Keeps the rules of this node those of the database: after a signal, and every half minute in case one was missed.
pub async fn follow(screening: Screening, db: Db) {
    let mut signals = db.bus().listen();
    loop {
        let told = async {
            loop {
                match signals.recv().await {
                    Ok(signal) if !matches!(signal.topic, Topic::Rules | Topic::Lost) => {}
                    // Signals that were missed may have been ours; without a bus only the clock is left.
                    Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => return,
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        let _ = tokio::time::timeout(LOOK_AGAIN, told).await;
        if let Some(Err(problem)) = outlived("reading the settings of screening", screening.load(&db)).await {
            tracing::warn!(?problem, "the settings of screening cannot be read; those known stay");
        }
    }
}

/// The engine with these words; the one that all communities share where there are none.
fn compile(words: &[OwnWord], methods: Option<&str>) -> Reader {
    if words.is_empty() && methods.is_none() {
        return Reader::Standard;
    }
    build(words, methods).map_or(Reader::Broken, |screener| Reader::Own(Box::new(screener)))
}

/// Compiles words of a community's own; none where one of them cannot be.
pub(super) fn build(words: &[OwnWord], methods: Option<&str>) -> Option<Screener> {
    let mut builder = Screener::builder();
    for own in words {
        builder = builder.own_words(own.kind.category(), [own.word.clone()]);
    }
    if let Some(methods) = methods {
        let phrases = methods.lines().map(|line| line.split('\t').next().unwrap_or_default().trim());
        let phrases = phrases.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned);
        builder = builder.own_words(FindingCategory::MethodInfo, phrases);
    }
    builder.build().inspect_err(|error| tracing::error!(problem = error.problem, "screening cannot be compiled")).ok()
}

/// The text with everything that can be taken out replaced by words for it.
pub(super) fn redacted(text: &str, report: &Report) -> String {
    let lang = Lang::current();
    let spans = report.redactions(|r| lang.say(&format!("replacement.{}", r.as_str()), &[]));
    redaction::apply(text, &spans, "…").unwrap_or_else(|_| text.to_owned())
}

/// What policy says of what was seen; nobody could read where nothing was.
fn judge(seen: Option<Seen>, text: &str, confirmed: bool) -> Result<Verdict, Problem> {
    let Some(seen) = seen else {
        return Ok(Verdict::Hold { advice: Vec::new(), category: Category::Other, level: Category::Other.level() });
    };
    if seen.rule.text == TextAction::TellAuthor && !confirmed {
        return Err(Problem::Unprocessable(
            "advice",
            json!({"findings": seen.findings(), "redacted_text": redacted(text, &seen.report)}),
        ));
    }
    match (seen.rule.text, seen.rule.case) {
        (TextAction::Allow, _) => Ok(Verdict::Publish),
        (TextAction::ShowHelp, _) => Ok(Verdict::PublishWithHelp(seen.findings())),
        // Words that put people off, in staff copy: told once, then theirs to decide.
        (TextAction::TellAuthor, None) => Ok(Verdict::Publish),
        (_, case) => {
            let (category, level) =
                case.map_or((Category::Other, Category::Other.level()), |case| (case.category, case.level));
            Ok(Verdict::Hold { advice: seen.findings(), category, level })
        }
    }
}

/// Lower is graver: what is held by its level, then what is published with help.
fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Hold { level, .. } => level.number(),
        Verdict::PublishWithHelp(_) => u8::MAX - 1,
        Verdict::Publish => u8::MAX,
    }
}

fn named(problem: Problem, field: &str) -> Problem {
    let Problem::Unprocessable("advice", Value::Object(mut facts)) = problem else { return problem };
    facts.insert("field".to_owned(), json!(field));
    if field != BODY {
        facts.remove("redacted_text");
    }
    Problem::Unprocessable("advice", Value::Object(facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(reader: Reader) -> Screening {
        let rules = Rules { version: 1, policy: Policy::default(), reader };
        Screening { rules: Arc::new(RwLock::new(Arc::new(rules))), methods: None }
    }

    #[test]
    fn what_nobody_can_read_waits_for_a_person() {
        let screening = with(Reader::Broken);
        assert!(screening.read(Surface::Chat, "hej", true).expect("no advice").is_held());
        assert_eq!(screening.masked("hej"), None);
    }

    #[test]
    fn methods_from_outside_are_held() {
        let screening = Screening::new(Some("# a stub\nblå kasse med knapper\tnote\n"));
        assert!(screening.read(Surface::Chat, "har du en blå kasse med knapper", true).expect("no advice").is_held());
        assert!(!screening.read(Surface::Chat, "har du en rød kasse", true).expect("no advice").is_held());
    }

    #[test]
    fn names_that_the_program_suggests_tell_nothing() {
        let screening = Screening::default();
        let wrong: Vec<String> = (0..500)
            .map(|seed: u64| moderation::pseudonym::suggest(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
            .filter(|name| screening.wrong_with_name(name).is_some())
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
