//! [`Finding`]: what the doctor found of one thing, how bad it is, and what to do about it.

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// Something will not work, or not for long.
    Warning,
    /// Nothing works before it is mended.
    Problem,
}

impl Severity {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(super) struct Finding {
    /// What was looked at.
    pub(super) check: &'static str,
    pub(super) severity: Severity,
    pub(super) found: String,
    #[serde(rename = "what_to_do")]
    pub(super) to_do: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, severity: Severity::Ok, found: found.into(), to_do: None }
    }

    pub(super) fn note(check: &'static str, found: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { check, severity: Severity::Note, found: found.into(), to_do: Some(to_do.into()) }
    }

    pub(super) fn warning(check: &'static str, found: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { check, severity: Severity::Warning, found: found.into(), to_do: Some(to_do.into()) }
    }

    pub(super) fn problem(check: &'static str, found: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { check, severity: Severity::Problem, found: found.into(), to_do: Some(to_do.into()) }
    }
}
