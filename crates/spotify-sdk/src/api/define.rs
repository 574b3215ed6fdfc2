//! How operations are written down. [`operations!`] makes, from one entry of about ten lines, the operation as a value,
//! its metadata, its builder methods, the method of the service, and the methods of the call, with their documentation.
//!
//! An entry:
//!
//! ```text
//! /// Gets the tracks of an album, a page of up to 50 at a time.
//! GetAlbumTracks = get_tracks(path id: AlbumId) {
//!     GET "/albums/{id}/tracks" -> Page<SimplifiedTrack>, reference "get-an-albums-tracks";
//!     quota Development; scopes []; Idempotent;
//!     query { market: Market, limit: Limit<50>, offset: u32 }
//!     paged offset;
//! }
//! ```
//!
//! Required parameters are arguments of the method: `path`, `query` or `body` says where each goes, and `as "name"`
//! under which name, if not its own. Optional parameters stand in `query { … }` and `body { … }`, and become methods of
//! the call, each also as `maybe_…`. `in "albums"` unwraps a response that has one field; `confirmed in "snapshot_id"`
//! too, for a change that is made whether or not the response can be read. `fixed { … }` are query parameters that are
//! always the same, `changes_player true` marks what changes the playback state, `unless_set { … }` what a parameter is
//! unless the caller sets it, `replaced_by` names what to call in Development Mode instead, `check` a function that
//! looks at the whole operation before it is sent, and `Idempotent by` one that says whether this one may be sent
//! again. `paged offset` says that the response is a page of a list, which `offset` goes through, `to` where it ends;
//! `paged after` and `paged time` are for lists with cursors. `chunked` names what divides the operation where it holds
//! more than a request takes: `chunks_by!(ids)` for most.

/// The chunks of an operation by one of its parameters. One that was refused fails when the request is made.
macro_rules! chunks_by {
    ($param:ident) => {
        |operation| match &operation.$param {
            Ok(values) => values.chunks(|_, part| {
                let mut chunk = operation.clone();
                chunk.$param = Ok(part);
                chunk
            }),
            Err(_) => Ok(Vec::new()),
        }
    };
}

macro_rules! operations {
    (
        $(#[$service_doc:meta])*
        service $service:ident, $service_name:literal;
        $($entries:tt)*
    ) => {
        $(#[$service_doc])*
        #[derive(Debug, Clone)]
        pub struct $service<C> {
            pub(crate) client: C,
        }

        impl<C> $service<C> {
            pub(crate) fn new(client: C) -> Self {
                Self { client }
            }
        }

        operations! { extend $service, $service_name; $($entries)* }
    };

    (
        extend $service:ident, $service_name:literal;
        $(
            $(#[$doc:meta])*
            $name:ident = $method:ident($($place:ident $arg:ident $(as $wire:literal)? : $arg_type:ty),* $(,)?) {
                $verb:ident $path:literal -> $output:ty $(, in $envelope:literal)? $(, confirmed in $confirmation:literal)?,
                    reference $reference:literal;
                quota $quota:ident; scopes [$($scope:ident),* $(,)?]; $idempotency:ident $(by $idempotency_of:expr)?;
                $(changes_player $changes_player:literal;)?
                $(replaced_by $replaced_by:literal;)?
                $(fixed { $($fixed:literal = $fixed_value:literal),* })?
                $(query { $($param:ident $(as $param_wire:literal)? : $param_type:ty),* $(,)? })?
                $(unless_set { $($default:ident = $default_value:literal),* })?
                $(body { $($field:ident $(as $field_wire:literal)? : $field_type:ty),* $(,)? })?
                $(check $check:expr;)?
                $(paged $by:ident $(to $end:literal)?;)?
                $(chunked $chunks:expr;)?
            }
        )*
    ) => {
        impl<C: $crate::api::AnyClient> $service<C> {$(
            $(#[$doc])*
            #[doc = operations!(@facts $verb $path, $reference, $quota, [$($scope),*] $(, $replaced_by)?)]
            pub fn $method(&self $(, $arg: impl $crate::api::IntoParam<$arg_type>)*) -> $crate::Call<C, $name> {
                self.client.call($name::new($($arg),*))
            }
        )*}

        /// The metadata of the operations above.
        pub(crate) const INFOS: &[&$crate::definition::OperationInfo] =
            &[$(<$name as $crate::definition::Operation>::INFO),*];

        $(
            $(#[$doc])*
            #[doc = operations!(@facts $verb $path, $reference, $quota, [$($scope),*] $(, $replaced_by)?)]
            #[derive(Debug, Clone)]
            pub struct $name {
                $($arg: Result<$arg_type, $crate::invalid_input::InvalidInput>,)*
                $($($param: Option<Result<$param_type, $crate::invalid_input::InvalidInput>>,)*)?
                $($($field: Option<Result<$field_type, $crate::invalid_input::InvalidInput>>,)*)?
            }

            // An operation is made with its required parameters, even where there are none.
            #[allow(clippy::new_without_default)]
            impl $name {
                /// The operation with its required parameters.
                pub fn new($($arg: impl $crate::api::IntoParam<$arg_type>),*) -> Self {
                    Self {
                        $($arg: $crate::api::define::param(stringify!($arg), $arg),)*
                        $($($param: None,)*)?
                        $($($field: None,)*)?
                    }
                }

                $($(operations! { @named setter $param $param_type })*)?
                $($(operations! { @named setter $field $field_type })*)?
            }

            operations! { @call_setters $name $($(, $param: $param_type)*)? $($(, $field: $field_type)*)? }

            $(operations! { @paged $by $name $($end)? })?

            impl $crate::definition::Operation for $name {
                type Output = $output;
                const NAME: &'static str = concat!($service_name, ".", stringify!($method));
                const METHOD: ::http::Method = ::http::Method::$verb;
                const PATH: &'static str = $path;
                const REFERENCE: Option<&'static str> = Some($reference);
                const QUOTA: $crate::definition::Quota = $crate::definition::Quota::$quota;
                const SCOPES: &'static [$crate::definition::Scope] = &[$($crate::definition::Scope::$scope),*];
                const IDEMPOTENCY: $crate::definition::Idempotency = $crate::definition::Idempotency::$idempotency;
                $(const RESPONSE_BODY: $crate::definition::ResponseBody = $crate::definition::ResponseBody::Wrapped($envelope);)?
                $(const RESPONSE_BODY: $crate::definition::ResponseBody = $crate::definition::ResponseBody::Confirmation($confirmation);)?
                $(const CHANGES_PLAYER: bool = $changes_player;)?
                $(const REPLACED_BY: Option<&'static str> = Some($replaced_by);)?

                $(
                    fn idempotency(&self) -> $crate::definition::Idempotency {
                        let idempotency_of: fn(&Self) -> $crate::definition::Idempotency = $idempotency_of;
                        idempotency_of(self)
                    }
                )?

                $(const BATCHING: Option<$crate::definition::Batching<Self>> =
                    Some($crate::definition::Batching::new($chunks));)?

                fn write(
                    &self,
                    request: &mut $crate::definition::RequestBuilder,
                ) -> Result<(), $crate::invalid_input::InvalidInput> {
                    // Not all operations have something to write.
                    let _ = &request;
                    $(operations! { @write request, $place, operations!(@wire $arg $($wire)?), self.$arg.as_ref() })*
                    $($(request.query($fixed, $fixed_value);)*)?
                    $($(
                        if let Some(value) = &self.$param {
                            operations! { @write request, query, operations!(@wire $param $($param_wire)?), value.as_ref() }
                        }
                    )*)?
                    $($(
                        if self.$default.is_none() {
                            request.query(stringify!($default), $default_value);
                        }
                    )*)?
                    $($(
                        if let Some(value) = &self.$field {
                            operations! { @write request, body, operations!(@wire $field $($field_wire)?), value.as_ref() }
                        }
                    )*)?
                    $(
                        let check: fn(&Self) -> Result<(), $crate::invalid_input::InvalidInput> = $check;
                        check(self)?;
                    )?
                    Ok(())
                }
            }
        )*
    };

    (@paged offset $name:ident $($end:literal)?) => {
        impl $crate::definition::Paged for $name {
            $(const END: u32 = $end;)?

            fn max_limit(&self, quota: $crate::definition::Quota) -> u32 {
                $crate::api::params::max_limit(&self.limit, quota)
            }

            fn slot(&self, quota: $crate::definition::Quota) -> $crate::definition::Slot {
                let offset = match &self.offset {
                    Some(Ok(offset)) => *offset,
                    _ => 0,
                };
                $crate::definition::Slot::Offset { offset, limit: $crate::api::params::page_size(&self.limit, quota) }
            }

            fn at(&self, slot: &$crate::definition::Slot) -> Self {
                let mut elsewhere = self.clone();
                if let $crate::definition::Slot::Offset { offset, limit } = slot {
                    operations! { @unless_refused elsewhere.offset(*offset) }
                    operations! { @unless_refused elsewhere.limit(*limit) }
                }
                elsewhere
            }
        }
    };
    (@paged after $name:ident) => {
        impl $crate::definition::Paged for $name {
            fn max_limit(&self, quota: $crate::definition::Quota) -> u32 {
                $crate::api::params::max_limit(&self.limit, quota)
            }

            fn slot(&self, quota: $crate::definition::Quota) -> $crate::definition::Slot {
                // Where the caller begins stands in the operation already.
                $crate::definition::Slot::After { cursor: None, limit: $crate::api::params::page_size(&self.limit, quota) }
            }

            fn at(&self, slot: &$crate::definition::Slot) -> Self {
                let mut elsewhere = self.clone();
                if let $crate::definition::Slot::After { cursor, limit } = slot {
                    operations! { @unless_refused elsewhere.limit(*limit) }
                    if let Some(cursor) = cursor {
                        elsewhere = elsewhere.after(cursor);
                    }
                }
                elsewhere
            }
        }
    };
    // Backwards from now, unless the caller says after which time.
    (@paged time $name:ident) => {
        impl $crate::definition::Paged for $name {
            fn max_limit(&self, quota: $crate::definition::Quota) -> u32 {
                $crate::api::params::max_limit(&self.limit, quota)
            }

            fn slot(&self, quota: $crate::definition::Quota) -> $crate::definition::Slot {
                let limit = $crate::api::params::page_size(&self.limit, quota);
                match &self.after {
                    Some(_) => $crate::definition::Slot::After { cursor: None, limit },
                    None => $crate::definition::Slot::Before { cursor: None, limit },
                }
            }

            fn at(&self, slot: &$crate::definition::Slot) -> Self {
                let mut elsewhere = self.clone();
                let ($crate::definition::Slot::Offset { limit, .. }
                | $crate::definition::Slot::After { limit, .. }
                | $crate::definition::Slot::Before { limit, .. }) = slot;
                operations! { @unless_refused elsewhere.limit(*limit) }
                match slot {
                    $crate::definition::Slot::After { cursor: Some(cursor), .. } => elsewhere.after(cursor.as_str()),
                    $crate::definition::Slot::Before { cursor: Some(cursor), .. } => elsewhere.before(cursor.as_str()),
                    _ => elsewhere,
                }
            }
        }
    };
    // What the caller gave stays when it was refused, so that the call fails with it.
    (@unless_refused $operation:ident.$param:ident($value:expr)) => {
        if !matches!($operation.$param, Some(Err(_))) {
            $operation = $operation.$param($value);
        }
    };

    (@wire $name:ident) => { stringify!($name) };
    (@wire $name:ident $wire:literal) => { $wire };

    (@write $request:ident, path, $wire:expr, $value:expr) => {
        $request.segment($wire, $value.map_err(Clone::clone)?.as_ref())?;
    };
    (@write $request:ident, query, $wire:expr, $value:expr) => {
        $crate::api::QueryValue::add_to($value.map_err(Clone::clone)?, $request, $wire);
    };
    (@write $request:ident, body, $wire:expr, $value:expr) => {
        $request.field($wire, $crate::api::BodyValue::to_value($value.map_err(Clone::clone)?));
    };
    (@write $request:ident, jpeg, $wire:expr, $value:expr) => {
        $request.bytes("image/jpeg", $value.map_err(Clone::clone)?.base64());
    };

    (@setter $param:ident $maybe_param:ident $type:ty) => {
        #[doc = operations!(@param $param)]
        #[must_use]
        pub fn $param(mut self, $param: impl $crate::api::IntoParam<$type>) -> Self {
            self.$param = Some($crate::api::define::param(stringify!($param), $param));
            self
        }

        #[doc = operations!(@maybe $param)]
        #[must_use]
        pub fn $maybe_param(self, $param: Option<impl $crate::api::IntoParam<$type>>) -> Self {
            match $param {
                Some($param) => self.$param($param),
                None => self,
            }
        }
    };

    (@call_setter $param:ident $maybe_param:ident $type:ty) => {
        #[doc = operations!(@param $param)]
        pub fn $param(self, $param: impl $crate::api::IntoParam<$type>) -> Self {
            self.map(|operation| operation.$param($param))
        }

        #[doc = operations!(@maybe $param)]
        pub fn $maybe_param(self, $param: Option<impl $crate::api::IntoParam<$type>>) -> Self {
            self.map(|operation| operation.$maybe_param($param))
        }
    };

    (@call_setters $name:ident) => {};
    (@call_setters $name:ident $(, $param:ident: $type:ty)+) => {
        impl<C> $crate::Call<C, $name> {$(
            operations! { @named call_setter $param $type }
        )+}
    };

    (@maybe $param:ident) => {
        concat!("Like [`", stringify!($param), "`](Self::", stringify!($param), ") where there is a value; `None` changes nothing.")
    };
    (@named $how:ident market $type:ty) => { operations! { @$how market maybe_market $type } };
    (@named $how:ident limit $type:ty) => { operations! { @$how limit maybe_limit $type } };
    (@named $how:ident offset $type:ty) => { operations! { @$how offset maybe_offset $type } };
    (@named $how:ident after $type:ty) => { operations! { @$how after maybe_after $type } };
    (@named $how:ident before $type:ty) => { operations! { @$how before maybe_before $type } };
    (@named $how:ident fields $type:ty) => { operations! { @$how fields maybe_fields $type } };
    (@named $how:ident additional_types $type:ty) => { operations! { @$how additional_types maybe_additional_types $type } };
    (@named $how:ident include_groups $type:ty) => { operations! { @$how include_groups maybe_include_groups $type } };
    (@named $how:ident include_external $type:ty) => { operations! { @$how include_external maybe_include_external $type } };
    (@named $how:ident time_range $type:ty) => { operations! { @$how time_range maybe_time_range $type } };
    (@named $how:ident locale $type:ty) => { operations! { @$how locale maybe_locale $type } };
    (@named $how:ident device_id $type:ty) => { operations! { @$how device_id maybe_device_id $type } };
    (@named $how:ident context_uri $type:ty) => { operations! { @$how context_uri maybe_context_uri $type } };
    (@named $how:ident uris $type:ty) => { operations! { @$how uris maybe_uris $type } };
    (@named $how:ident start_at $type:ty) => { operations! { @$how start_at maybe_start_at $type } };
    (@named $how:ident position_ms $type:ty) => { operations! { @$how position_ms maybe_position_ms $type } };
    (@named $how:ident play $type:ty) => { operations! { @$how play maybe_play $type } };
    (@named $how:ident position $type:ty) => { operations! { @$how position maybe_position $type } };
    (@named $how:ident range_length $type:ty) => { operations! { @$how range_length maybe_range_length $type } };
    (@named $how:ident snapshot_id $type:ty) => { operations! { @$how snapshot_id maybe_snapshot_id $type } };
    (@named $how:ident name $type:ty) => { operations! { @$how name maybe_name $type } };
    (@named $how:ident public $type:ty) => { operations! { @$how public maybe_public $type } };
    (@named $how:ident collaborative $type:ty) => { operations! { @$how collaborative maybe_collaborative $type } };
    (@named $how:ident description $type:ty) => { operations! { @$how description maybe_description $type } };
    (@named $how:ident timestamped_ids $type:ty) => { operations! { @$how timestamped_ids maybe_timestamped_ids $type } };
    (@named $how:ident seed_artists $type:ty) => { operations! { @$how seed_artists maybe_seed_artists $type } };
    (@named $how:ident seed_genres $type:ty) => { operations! { @$how seed_genres maybe_seed_genres $type } };
    (@named $how:ident seed_tracks $type:ty) => { operations! { @$how seed_tracks maybe_seed_tracks $type } };
    (@named $how:ident tuning $type:ty) => { operations! { @$how tuning maybe_tuning $type } };
    (@named $how:ident ids $type:ty) => { operations! { @$how ids maybe_ids $type } };

    (@facts $verb:ident $path:literal, $reference:literal, $quota:ident, [$($scope:ident),*] $(, $replaced_by:literal)?) => {
        concat!(
            "\n\n| | |\n| --- | --- |\n| Request | `", stringify!($verb), " ", $path,
            "` |\n| Open to | ", operations!(@quota $quota),
            " |\n| Scopes | ", operations!(@scopes $($scope),*),
            $(" |\n| In Development Mode | `", $replaced_by, "` instead",)?
            " |\n| Reference | [", $reference,
            "](https://developer.spotify.com/documentation/web-api/reference/", $reference, ") |",
        )
    };
    (@quota Development) => { "every app" };
    (@quota Extended) => { "apps with extended quota" };
    (@scopes) => { "none" };
    (@scopes $first:ident $(, $scope:ident)*) => {
        concat!(
            "[`", stringify!($first), "`](crate::definition::Scope::", stringify!($first), ")"
            $(, ", [`", stringify!($scope), "`](crate::definition::Scope::", stringify!($scope), ")")*
        )
    };

    (@param market) => {
        "Sets the market: an ISO 3166-1 alpha-2 country code, or `from_token` for the country of the user. Only what is \
         available there is returned. Default: the user's country, where the token is a user's."
    };
    (@param limit) => {
        "Sets the maximum number of items of a page, from 1 to the bound of the type. Default: Spotify's, which is \
         20, and 5 for search and the albums of an artist; for whole lists, the maximum for the client's \
         [`quota`](crate::ClientBuilder::quota)."
    };
    (@param offset) => { "Sets the index of the first item of the page, counted from 0. Default: 0." };
    (@param after) => { "Sets the cursor or the time after which the page begins. Default: from the beginning." };
    (@param before) => { "Sets the time before which the page ends. Not together with `after`." };
    (@param fields) => {
        "Sets which fields the response has, in Spotify's notation: `name,owner(id)`. The entries of a playlist have their track or \
         episode as `item` in Development Mode and as `track` in other apps, and a filter that names the wrong one leaves \
         empty entries, as if the items were withdrawn. Naming both works for every app: \
         `items(item(name,uri),track(name,uri))`. A response that lacks a field that the model requires is read with `send_as`."
    };
    (@param additional_types) => {
        "Sets which kinds of item the app supports. Default: tracks and episodes. Without `episode`, Spotify leaves episodes out, or \
         sends them as tracks."
    };
    (@param include_groups) => { "Sets which albums are returned, by the part that the artist has in them. Default: all." };
    (@param include_external) => { "Sets that the app can play externally hosted audio, which is then not marked as unplayable." };
    (@param time_range) => { "Sets the time over which the affinity is computed. Default: medium term." };
    (@param locale) => { "Sets the language of names: `es_MX`. Default: American English, or the language of the country." };
    (@param device_id) => { "Sets the device. Default: the one that is active." };
    (@param context_uri) => { "Sets the context to play: an album, an artist, a playlist, a show, or a collection, such as `spotify:collection` for the user's \
         Liked Songs. Not together with `uris`." };
    (@param uris) => { "Sets the tracks and episodes to play. Not together with `context_uri`." };
    (@param start_at) => {
        "Sets where in the context or among the URIs to begin: a position from 0, or the URI of an item."
    };
    (@param position_ms) => { "Sets where in the item to begin: a `Duration`, or a number of milliseconds. Default: 0." };
    (@param play) => { "Sets whether to start playback on the new device: `false` keeps the current state. Default: `false`." };
    (@param position) => { "Sets where to insert, from 0. Default: at the end." };
    (@param range_length) => { "Sets the number of items to move. Default: 1." };
    (@param snapshot_id) => {
        "Sets the version of the playlist that the change refers to. Default: the latest."
    };
    (@param name) => { "Sets the name." };
    (@param public) => { "Sets whether the playlist is on the user's profile. Default for a new one: `true`." };
    (@param collaborative) => {
        "Sets whether others may change the playlist. A collaborative playlist cannot be public. Default: `false`."
    };
    (@param description) => { "Sets the description, as Spotify's apps and the Web API show it: one line of at most 300 characters." };
    (@param timestamped_ids) => { "Sets the times at which the tracks are saved: `(id, timestamp)` for each." };
    (@param seed_artists) => { "Sets the seed artists." };
    (@param seed_genres) => { "Sets the seed genres." };
    (@param seed_tracks) => { "Sets the seed tracks." };
    (@param tuning) => { "Sets bounds and targets for the attributes of the recommended tracks." };
    (@param ids) => { "Sets the users to check: Spotify takes the current user alone." };
}

/// The argument of the parameter `name`, or the refusal, which waits in the operation until the request is made.
pub(crate) fn param<T>(
    name: &'static str,
    input: impl crate::api::IntoParam<T>,
) -> Result<T, crate::invalid_input::InvalidInput> {
    input.into_param().map_err(|error| error.of(name))
}
