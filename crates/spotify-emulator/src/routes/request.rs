//! One request to the Web API, as its operation gets to see it.

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::http::{ApiError, Market, Query};
use crate::ids;
use crate::objects::View;
use crate::registration::Access;
use crate::world::accounts::{Lookup, Token};
use crate::world::player::Player;
use crate::world::{Private, User, World};

/// The scope for resume points.
const READ_POSITION: &str = "user-read-playback-position";

/// A request whose token is good, together with the world that it asks about.
pub(crate) struct ApiRequest<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) caller: &'a Caller,
    pub(crate) access: Access,
    pub(crate) now: Timestamp,
    /// The base URL of the Web API as the client sees it.
    pub(crate) base_url: &'a str,
    /// The path after the base URL, percent-encoded as it was sent.
    pub(crate) path: &'a str,
    /// The parts of the path that are in braces, decoded, in their order.
    pub(crate) parameters: &'a [String],
    pub(crate) query: &'a Query,
    pub(crate) body: &'a [u8],
}

/// The sender of a request, identified by its access token.
pub(crate) struct Caller {
    token: Token,
}

impl Caller {
    /// Identifies the caller by the header `Authorization`.
    pub(crate) fn identify(header: Option<&str>, world: &World, now: Timestamp) -> Result<Self, ApiError> {
        let header = header.ok_or(ApiError::NO_TOKEN)?.trim();
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(ApiError::NOT_BEARER);
        }
        match token.trim() {
            "" => Err(ApiError::NO_TOKEN),
            token => match world.accounts.look_up(token, now) {
                Lookup::Good(token) => Ok(Self { token: token.clone() }),
                Lookup::Expired => Err(ApiError::EXPIRED_TOKEN),
                Lookup::Unknown => Err(ApiError::INVALID_TOKEN),
            },
        }
    }

    /// The id of the user; `None` for Client Credentials.
    pub(crate) fn user(&self) -> Option<&str> {
        self.token.user.as_deref()
    }

    /// The app that asks.
    pub(crate) fn app(&self) -> &str {
        &self.token.client_id
    }

    pub(crate) fn has(&self, scope: &str) -> bool {
        self.token.scopes.include(scope)
    }

    /// Errors with Spotify's 403 unless the token has `scope`.
    pub(crate) fn require(&self, scope: &str) -> Result<(), ApiError> {
        if self.has(scope) { Ok(()) } else { Err(ApiError::INSUFFICIENT_SCOPE) }
    }
}

/// The item with an id, or Spotify's error if there is none.
pub(crate) fn found<T>(id: &str, thing: Option<T>) -> Result<T, ApiError> {
    match thing {
        Some(thing) => Ok(thing),
        None if ids::is_well_formed(id) => Err(ApiError::NOT_FOUND),
        None => Err(ApiError::INVALID_ID),
    }
}

impl ApiRequest<'_> {
    /// The part of the path in braces, the only one or the first.
    pub(crate) fn id(&self) -> &str {
        self.parameters.first().map(String::as_str).unwrap_or_default()
    }

    /// The user's id.
    pub(crate) fn user_id(&self) -> Result<String, ApiError> {
        self.caller.user().map(str::to_owned).ok_or(ApiError::NO_USER)
    }

    pub(crate) fn user(&self) -> Result<(&User, &Private), ApiError> {
        let user = self.caller.user().and_then(|id| self.world.user(id)).ok_or(ApiError::NO_USER)?;
        Ok((user, user.private.as_ref().ok_or(ApiError::NO_USER)?))
    }

    pub(crate) fn private_mut(&mut self) -> Result<&mut Private, ApiError> {
        let id = self.user_id()?;
        self.world.private_mut(&id).ok_or(ApiError::NO_USER)
    }

    /// The user's player at this moment.
    pub(crate) fn player(&mut self) -> Result<&mut Player, ApiError> {
        let (catalog, now) = (self.world.catalog.clone(), self.now);
        let player = &mut self.private_mut()?.player;
        player.settle(&catalog, now);
        Ok(player)
    }

    /// The view for the objects of the response.
    pub(crate) fn view<'b>(&'b self, market: Option<&'b Market>) -> View<'b> {
        let private = self.caller.user().and_then(|id| self.world.private(id));
        View {
            base_url: self.base_url,
            access: self.access,
            catalog: &self.world.catalog,
            market,
            home: private.map(|private| private.country.as_str()),
            heard: private.map(|private| &private.player).filter(|_| self.caller.has(READ_POSITION)),
        }
    }

    /// The address of this request without its window, for the links of a page.
    pub(crate) fn list_url(&self) -> String {
        self.list_url_with("", "")
    }

    /// The same with a different value for one query parameter.
    pub(crate) fn list_url_with(&self, name: &str, value: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (other, its_value) in self.query.pairs().filter(|(other, _)| !matches!(*other, "offset" | "limit")) {
            query.append_pair(other, if other == name { value } else { its_value });
        }
        let address = format!("{}{}", self.base_url, self.path);
        match query.finish().as_str() {
            "" => address,
            query => format!("{address}?{query}"),
        }
    }

    /// The body as JSON; an empty one counts as `{}`.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let body = if self.body.trim_ascii().is_empty() { b"{}" } else { self.body };
        serde_json::from_slice(body).map_err(|_| ApiError::INVALID_JSON)
    }
}
