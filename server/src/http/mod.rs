//! HTTP without product words: problems, bodies, pages of lists, limits, headers, the embedded site.
//! Must not know any feature.

pub mod assets;
pub mod body;
pub mod guard;
pub mod health;
pub mod limits;
pub mod metrics;
pub mod page;
pub mod problem;
pub mod text;
pub mod version;

pub use body::{Form, RawBody};
pub use page::{Page, PageQuery};
pub use problem::{FieldError, Problem};
pub use text::Lang;
pub use version::{IfMatch, with_etag};

/// What a handler answers.
pub type Answer<T = actix_web::HttpResponse> = Result<T, Problem>;
