//! Enums with a stable text code: one list gives the JSON name, the database code and the way
//! back, so that the three cannot drift apart.

use std::fmt;

/// An enum whose values have stable `snake_case` codes.
pub trait Coded: Copy + Eq + Sized + 'static {
    /// Every value, in the order of declaration.
    const ALL: &'static [Self];

    /// The stable code of this value.
    fn as_str(self) -> &'static str;

    /// The value with this code.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.as_str() == code)
    }
}

/// A code that no value of the enum has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCode {
    /// Which enum was asked.
    pub of: &'static str,
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no {} has this code", self.of)
    }
}

impl std::error::Error for UnknownCode {}

/// Declares an enum together with the code of each value.
macro_rules! coded_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $value:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $code)] $value),+ }

        impl $name {
            /// The stable code of this value, as in JSON and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $code),+ }
            }
        }

        impl $crate::coded::Coded for $name {
            const ALL: &'static [Self] = &[$(Self::$value),+];

            fn as_str(self) -> &'static str {
                Self::as_str(self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::coded::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                <Self as $crate::coded::Coded>::from_code(code)
                    .ok_or($crate::coded::UnknownCode { of: stringify!($name) })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use coded_enum;

#[cfg(test)]
mod tests {
    use super::Coded;

    fn codes_go_both_ways<T>()
    where
        T: Coded + std::str::FromStr + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned,
    {
        for value in T::ALL {
            let code = value.as_str();
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code}");
            assert_eq!(T::from_code(code), Some(*value));
            let json = serde_json::to_string(value).unwrap();
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<T>(&json).unwrap(), *value);
        }
        assert!("no such code".parse::<T>().is_err());
    }

    #[test]
    fn every_code_is_the_same_in_json_and_in_the_database() {
        codes_go_both_ways::<crate::category::Category>();
        codes_go_both_ways::<crate::category::ReportReason>();
        codes_go_both_ways::<crate::category::Certificate>();
        codes_go_both_ways::<crate::content::ContentState>();
        codes_go_both_ways::<crate::case::CaseState>();
        codes_go_both_ways::<crate::case::Source>();
        codes_go_both_ways::<crate::case::Refusal>();
        codes_go_both_ways::<crate::decision::Action>();
        codes_go_both_ways::<crate::sanction::SanctionKind>();
        codes_go_both_ways::<crate::triage::Exposure>();
        codes_go_both_ways::<crate::triage::ReasonCode>();
        codes_go_both_ways::<crate::auto_hide::WhyCounted>();
        codes_go_both_ways::<crate::pseudonym::PseudonymError>();
        codes_go_both_ways::<crate::policy::FindingCategory>();
        codes_go_both_ways::<crate::policy::Severity>();
        codes_go_both_ways::<crate::policy::Surface>();
        codes_go_both_ways::<crate::policy::TextAction>();
        codes_go_both_ways::<crate::policy::ScreenAction>();
        codes_go_both_ways::<crate::screening::Lang>();
        codes_go_both_ways::<crate::screening::Subject>();
        codes_go_both_ways::<crate::screening::Explanation>();
        codes_go_both_ways::<crate::screening::Replacement>();
    }
}
