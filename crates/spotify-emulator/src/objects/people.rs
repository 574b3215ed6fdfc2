//! Users, as others see them and as they see themselves.

use serde::Serialize;

use super::{ExternalUrls, Followers, Image, USER_SIZES, View, external_urls, images};
use crate::ids::Kind;
use crate::world::{Private, User};

#[derive(Debug, Serialize)]
pub(crate) struct PublicUserObject<'a> {
    display_name: Option<&'a str>,
    external_urls: ExternalUrls,
    #[serde(skip_serializing_if = "Option::is_none")]
    followers: Option<Followers>,
    href: String,
    id: &'a str,
    images: Vec<Image>,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct PrivateUserObject<'a> {
    account_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explicit_content: Option<ExplicitContent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<&'static str>,
    #[serde(flatten)]
    public: PublicUserObject<'a>,
}

#[derive(Debug, Serialize)]
struct ExplicitContent {
    filter_enabled: bool,
    filter_locked: bool,
}

/// A reference to a user, such as the owner of a playlist.
#[derive(Debug, Serialize)]
pub(super) struct UserReference<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<Option<&'a str>>,
    external_urls: ExternalUrls,
    href: String,
    id: &'a str,
    r#type: &'static str,
    uri: String,
}

impl<'a> View<'a> {
    pub(crate) fn user(&self, user: &'a User) -> PublicUserObject<'a> {
        PublicUserObject {
            display_name: user.display_name.as_deref(),
            external_urls: external_urls(Kind::User, &user.id),
            followers: self.access.full(Followers { href: None, total: user.followers }),
            href: self.href(Kind::User, &user.id),
            id: &user.id,
            images: user.picture.as_deref().map(|picture| images(picture, USER_SIZES)).unwrap_or_default(),
            r#type: Kind::User.word(),
            uri: Kind::User.uri(&user.id),
        }
    }

    /// The owner of a playlist. `user` is `None` if the account no longer exists.
    pub(super) fn owner(&self, id: &'a str, user: Option<&'a User>) -> UserReference<'a> {
        let name = user.and_then(|user| user.display_name.as_deref());
        UserReference { display_name: Some(name), ..self.mention(id) }
    }

    pub(super) fn mention(&self, id: &'a str) -> UserReference<'a> {
        UserReference {
            display_name: None,
            external_urls: external_urls(Kind::User, id),
            href: self.href(Kind::User, id),
            id,
            r#type: Kind::User.word(),
            uri: Kind::User.uri(id),
        }
    }
}

/// The current user. `details` and `email` say whether the token has the scopes for country and product, and for the
/// email address.
pub(crate) fn me<'a>(
    view: &View<'a>,
    user: &'a User,
    private: &'a Private,
    details: bool,
    email: bool,
) -> PrivateUserObject<'a> {
    let extended = |wanted: bool| view.access.full(()).filter(|()| wanted);
    PrivateUserObject {
        account_id: &private.account_id,
        country: extended(details).map(|()| private.country.as_str()),
        email: extended(email).map(|()| private.email.as_str()),
        explicit_content: extended(details).map(|()| ExplicitContent { filter_enabled: false, filter_locked: false }),
        product: extended(details).map(|()| private.product.word()),
        public: view.user(user),
    }
}
