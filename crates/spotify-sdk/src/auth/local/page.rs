//! The page that the user's browser shows when it comes back.

/// What the page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResultPage<'a> {
    SignedIn,
    Denied,
    Failed(&'a str),
    NotTheResponse,
    OpenedBefore,
}

impl ResultPage<'_> {
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::SignedIn | Self::Denied => "200 OK",
            Self::Failed(_) => "502 Bad Gateway",
            Self::NotTheResponse => "400 Bad Request",
            Self::OpenedBefore => "410 Gone",
        }
    }

    pub(super) fn html(self) -> String {
        let (title, words) = match self {
            Self::SignedIn => ("You are signed in", "You can close this window.".to_owned()),
            Self::Denied => ("You are not signed in", "You said no. You can close this window.".to_owned()),
            Self::Failed(why) => ("You are not signed in", format!("Something went wrong: {}.", escaped(why))),
            Self::NotTheResponse => {
                ("This is not the sign-in that was begun", "Go back to the window in which you began it.".to_owned())
            }
            Self::OpenedBefore => (
                "This sign-in has been opened before",
                "Its address works once. If that was not you, begin the sign-in again.".to_owned(),
            ),
        };
        format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"referrer\" content=\"no-referrer\"><title>{title}</title><style>{STYLE}</style></head>\
             <body><main><h1>{title}</h1><p>{words}</p></main></body></html>"
        )
    }
}

const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;\
    font:1.125rem/1.5 system-ui,sans-serif}main{max-width:30rem;padding:1.5rem;text-align:center}\
    h1{font-size:1.5rem;line-height:1.25}p{overflow-wrap:anywhere}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_cannot_become_markup() {
        let html = ResultPage::Failed("<script>alert(\"1\")</script>").html();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"), "{html}");
    }

    #[test]
    fn every_page_says_what_to_do() {
        assert!(ResultPage::SignedIn.html().contains("You can close this window"));
        assert!(ResultPage::Denied.html().contains("You said no"));
        assert!(ResultPage::NotTheResponse.html().contains("Go back"));
        assert!(ResultPage::OpenedBefore.html().contains("begin the sign-in again"));
    }
}
