//! Configuration: environment variables over an optional TOML file, all checked at start, every error named at once.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use super::bus::each_address;
use super::telemetry::Secret;

/// What the server needs to know before it starts. Names as in the README's table.
#[derive(Clone, Debug)]
pub struct Config {
    /// `DATABASE_URL`; none: a private cluster under `state_dir`.
    pub database_url: Option<String>,
    /// `DATABASE_OWNER_URL`: owns the schema, used by `migrate` only.
    pub database_owner_url: Option<String>,
    /// `REDIS_URL`: where the nodes of one community hear of each other, one address or several with commas between them;
    /// none: one node.
    pub redis_url: Option<Secret<String>>,
    /// `STATE_DIR`: private cluster, generated secret.
    pub state_dir: PathBuf,
    /// `LIGESIND_SECRET`, at least 32 characters; none: generated once and kept under `state_dir`.
    pub secret: Option<Secret<String>>,
    /// `HOST` to listen on.
    pub host: IpAddr,
    /// `PORT`; none: 8080 or the next free one.
    pub port: Option<u16>,
    /// `PUBLIC_URL` that browsers use, without a slash at the end; none: made from host and port.
    pub public_url: Option<String>,
    /// `TRUSTED_PROXY`: the address whose `X-Forwarded-For` is believed.
    pub trusted_proxy: Option<IpAddr>,
    /// `METRICS_TOKEN`: bearer for `/metrics`; none: closed.
    pub metrics_token: Option<Secret<String>>,
    /// `SCREENING_METHODS`: a file of phrases that tell of methods, one a line, curated outside the program.
    pub screening_methods: Option<PathBuf>,
    /// `LOG` filter.
    pub log: String,
    /// `RATE_LIMITS`: false only with `off` on loopback.
    pub rate_limits: bool,
}

/// Every name that is read; another one in the file is an error.
const NAMES: &[&str] = &[
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "STATE_DIR",
    "LIGESIND_SECRET",
    "HOST",
    "PORT",
    "PUBLIC_URL",
    "TRUSTED_PROXY",
    "METRICS_TOKEN",
    "SCREENING_METHODS",
    "LOG",
    "RATE_LIMITS",
];

impl Config {
    /// Reads the environment and, if given, a TOML file of the same names in lower case.
    ///
    /// # Errors
    /// One message for each value that is wrong.
    pub fn read(file: Option<&str>) -> Result<Self, Vec<String>> {
        let mut values = BTreeMap::new();
        let mut errors = Vec::new();
        if let Some(path) = file {
            match std::fs::read_to_string(path)
                .map_err(|e| e.to_string())
                .and_then(|t| t.parse::<toml::Table>().map_err(|e| e.to_string()))
            {
                Ok(table) => {
                    for (key, value) in table {
                        let name = key.to_uppercase();
                        if !NAMES.contains(&name.as_str()) {
                            errors.push(format!("{path}: {key} is not a setting"));
                        }
                        let text = value.as_str().map_or_else(
                            || value.as_integer().map_or_else(String::new, |n| n.to_string()),
                            str::to_owned,
                        );
                        values.insert(name, text);
                    }
                }
                Err(error) => errors.push(format!("{path}: {error}")),
            }
        }
        for name in NAMES {
            if let Ok(value) = std::env::var(name)
                && !value.is_empty()
            {
                values.insert((*name).to_owned(), value);
            }
        }
        Self::from_values(&values, errors)
    }

    fn from_values(values: &BTreeMap<String, String>, mut errors: Vec<String>) -> Result<Self, Vec<String>> {
        let text = |name: &str| values.get(name).cloned();
        const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
        let host = parse(values, "HOST", LOOPBACK, "an IP address", &mut errors);
        let port = values.contains_key("PORT").then(|| parse(values, "PORT", 0, "a port number", &mut errors));
        let trusted_proxy = values
            .contains_key("TRUSTED_PROXY")
            .then(|| parse(values, "TRUSTED_PROXY", LOOPBACK, "an IP address", &mut errors));
        let public_url = text("PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned());
        if let Some(url) = &public_url
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            errors.push("PUBLIC_URL must begin with https:// (or http:// for a trial)".to_owned());
        }
        let redis_url = text("REDIS_URL");
        let is_redis = |url: &str| ["redis://", "redis+unix://", "unix://"].iter().any(|s| url.starts_with(s));
        if redis_url.as_ref().is_some_and(|urls| !each_address(urls).all(is_redis)) {
            errors.push(
                "REDIS_URL must begin with redis:// or redis+unix:// (keep it within your own network); so must each of several, with commas between them"
                    .to_owned(),
            );
        }
        let secret = text("LIGESIND_SECRET");
        if secret.as_ref().is_some_and(|s| s.chars().count() < 32) {
            errors.push("LIGESIND_SECRET must have at least 32 characters".to_owned());
        }
        let rate_limits = match text("RATE_LIMITS").as_deref() {
            None | Some("on") => true,
            Some("off") => {
                let local =
                    public_url.as_deref().is_none_or(|u| u.contains("//localhost") || u.contains("//127.0.0.1"));
                if !host.is_loopback() || !local || trusted_proxy.is_some() {
                    errors.push("RATE_LIMITS=off is only for a server on loopback, with a local PUBLIC_URL and no TRUSTED_PROXY".to_owned());
                }
                false
            }
            Some(other) => {
                errors.push(format!("RATE_LIMITS is {other}; it may be on or off"));
                true
            }
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            database_url: text("DATABASE_URL"),
            database_owner_url: text("DATABASE_OWNER_URL"),
            redis_url: redis_url.map(Secret::new),
            state_dir: text("STATE_DIR").unwrap_or_else(|| "var".to_owned()).into(),
            secret: secret.map(Secret::new),
            host,
            port: port.filter(|p| *p != 0),
            public_url,
            trusted_proxy,
            metrics_token: text("METRICS_TOKEN").map(Secret::new),
            screening_methods: text("SCREENING_METHODS").map(PathBuf::from),
            log: text("LOG").unwrap_or_else(|| "info".to_owned()),
            rate_limits,
        })
    }
}

/// The value of `name`, or `default` with the error noted, so that all errors are found in one pass.
fn parse<T: std::str::FromStr>(
    values: &BTreeMap<String, String>,
    name: &str,
    default: T,
    what: &str,
    errors: &mut Vec<String>,
) -> T {
    let Some(raw) = values.get(name) else { return default };
    raw.parse().unwrap_or_else(|_| {
        errors.push(format!("{name} is {raw}; it must be {what}"));
        default
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        Config::from_values(&pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(), Vec::new())
    }

    #[test]
    fn every_error_is_named_at_once() {
        let errors = with(&[
            ("PORT", "many"),
            ("HOST", "here"),
            ("PUBLIC_URL", "ftp://x"),
            ("LIGESIND_SECRET", "short"),
            ("REDIS_URL", "rediss://x"),
        ])
        .unwrap_err();
        assert_eq!(errors.len(), 5, "{errors:?}");
    }

    #[test]
    fn each_address_of_a_redis_cluster_is_looked_at() {
        assert!(with(&[("REDIS_URL", "redis://one:7000, redis://two:7000")]).is_ok());
        assert!(with(&[("REDIS_URL", "redis://one:7000,two:7000")]).is_err());
    }

    #[test]
    fn limits_cannot_be_switched_off_in_the_open() {
        assert!(with(&[("RATE_LIMITS", "off")]).is_ok());
        assert!(with(&[("RATE_LIMITS", "off"), ("HOST", "0.0.0.0")]).is_err());
        assert!(with(&[("RATE_LIMITS", "off"), ("PUBLIC_URL", "https://example.org")]).is_err());
        assert!(with(&[("RATE_LIMITS", "off"), ("TRUSTED_PROXY", "127.0.0.1")]).is_err());
    }
}
