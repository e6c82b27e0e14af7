//! A course as the community has written it: parts to read, and a pool of questions.

use moderation::{Category, Certificate, Coded, ReportReason};
use serde::Deserialize;

use crate::community;
use crate::http::{Lang, Problem};
use crate::infra::db::Conn;

/// A part to read.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Module {
    pub(super) id: String,
    pub(super) title: String,
    /// Markdown.
    pub(super) text: String,
}

/// A case to judge. Its first option is the right one; people see them in an order of chance.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Question {
    /// Id of the part that it is about.
    pub(super) about: String,
    pub(super) case: String,
    pub(super) options: Vec<String>,
    pub(super) why: String,
}

#[derive(Deserialize)]
struct Document {
    title: String,
    lead: String,
    modules: Vec<Module>,
    questions: Vec<Question>,
}

/// A course in one language.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) certificate: Certificate,
    pub(super) lang: Lang,
    /// Version of its document: a check belongs to the words it was drawn from.
    pub(super) version: i32,
    pub(super) title: String,
    pub(super) lead: String,
    pub(super) modules: Vec<Module>,
    pub(super) questions: Vec<Question>,
}

impl Course {
    /// The course for a certificate as it stands now.
    pub(super) async fn load(conn: &mut Conn, certificate: Certificate, lang: Lang) -> Result<Self, Problem> {
        let (body, version) = community::document(conn, lang, &format!("courses/{}", certificate.as_str())).await?;
        let Document { title, lead, modules, mut questions } =
            serde_json::from_value(body).map_err(|error| Problem::Internal(error.into()))?;
        // A question with one option has nothing to choose.
        questions.retain(|question| question.options.len() > 1);
        Ok(Self { certificate, lang, version, title, lead, modules, questions })
    }

    /// Categories of cases that take its certificate.
    pub(super) fn categories(&self) -> Vec<String> {
        ReportReason::ALL
            .iter()
            .map(|reason| Category::from(*reason))
            .filter(|category| category.certificate() == Some(self.certificate))
            .map(|category| category.as_str().to_owned())
            .collect()
    }

    /// Whether a part of it has this id.
    pub(super) fn has_module(&self, id: &str) -> bool {
        self.modules.iter().any(|module| module.id == id)
    }

    /// How many questions a check has.
    pub(super) fn asked(&self) -> usize {
        self.questions.len().min(moderation::training::QUESTIONS)
    }
}
