//! Every text the server says, in each language, from `server/text/`. No text lives in code.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;

/// A language of the product. Danish is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Danish.
    #[default]
    Da,
    /// English.
    En,
}

tokio::task_local! {
    static CURRENT: Lang;
}

type Catalogue = HashMap<String, String>;

static DANISH: LazyLock<Catalogue> = LazyLock::new(|| load(include_str!("../../text/da.json")));
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| load(include_str!("../../text/en.json")));

/// A broken catalogue is found by the tests; the server would then say keys instead of texts.
fn load(json: &str) -> Catalogue {
    serde_json::from_str(json).unwrap_or_default()
}

impl Lang {
    /// By code, `da` or `en`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "da" => Some(Self::Da),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// Its code: `da` or `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Da => "da",
            Self::En => "en",
        }
    }

    /// The first language of `Accept-Language` that we speak (in the order given; weights are rare and ignored).
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        header
            .split(',')
            .filter_map(|part| part.trim().get(..2))
            .find_map(|code| Self::from_code(&code.to_ascii_lowercase()))
            .unwrap_or_default()
    }

    /// The language of the request that is being answered; Danish outside of one.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.try_with(|lang| *lang).unwrap_or_default()
    }

    /// Runs `work` as the answer to somebody who reads this language.
    pub async fn during<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// The text of `key`, if the catalogue has it.
    #[must_use]
    pub fn find(self, key: &str) -> Option<&'static str> {
        let catalogue = match self {
            Self::Da => &*DANISH,
            Self::En => &*ENGLISH,
        };
        catalogue.get(key).map(String::as_str)
    }

    /// The text of `key` with `{name}` replaced from `params`; the key itself where it is missing.
    #[must_use]
    pub fn say(self, key: &str, params: &[(&str, &str)]) -> String {
        let mut text = self.find(key).unwrap_or(key).to_owned();
        for (name, value) in params {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys() {
        let keys = |c: &Catalogue| c.keys().cloned().collect::<std::collections::BTreeSet<_>>();
        assert!(!DANISH.is_empty());
        assert_eq!(keys(&DANISH), keys(&ENGLISH));
    }
}
