//! How operations are written down. [`operations!`] makes, from one entry of about ten lines, the operation as a value,
//! its metadata, its builder methods, the method of the service, and the methods of the call, with their documentation.

/// The type of a field that holds what a caller gave: a refusal waits there until the request is made.
pub(crate) type Given<T> = Result<T, crate::error::InvalidInput>;

macro_rules! operations {
    (
        $(#[$service_doc:meta])*
        service $service:ident, $service_name:literal;
        $(
            $(#[$doc:meta])*
            $name:ident = $method:ident($($arg:ident: $arg_type:ty),*) {
                $verb:ident $path:literal -> $output:ty, reference $reference:literal;
                access $access:ident; scopes [$($scope:ident),*]; replay $replay:ident;
                $(query { $($param:ident: $param_type:ty),* })?
            }
        )*
    ) => {
        $(#[$service_doc])*
        #[derive(Debug, Clone)]
        pub struct $service<C> {
            client: C,
        }

        impl<C: $crate::client::Client> $service<C> {
            pub(crate) fn new(client: C) -> Self {
                Self { client }
            }

            $(
                $(#[$doc])*
                #[doc = operations!(@facts $verb $path, $reference, $access, [$($scope),*])]
                pub fn $method(&self $(, $arg: impl $crate::api::Input<$arg_type>)*) -> $crate::Call<C, $name> {
                    self.client.call($name::new($($arg),*))
                }
            )*
        }

        $(
            $(#[$doc])*
            #[doc = operations!(@facts $verb $path, $reference, $access, [$($scope),*])]
            #[derive(Debug, Clone)]
            pub struct $name {
                $($arg: $crate::api::define::Given<$arg_type>,)*
                $($($param: Option<$crate::api::define::Given<$param_type>>,)*)?
            }

            // An operation is made with what it cannot do without, be that nothing.
            #[allow(clippy::new_without_default)]
            impl $name {
                /// The operation with the parameters that it cannot do without.
                pub fn new($($arg: impl $crate::api::Input<$arg_type>),*) -> Self {
                    Self {
                        $($arg: $arg.into_value(),)*
                        $($($param: None,)*)?
                    }
                }

                $($(
                    #[doc = operations!(@param $param)]
                    #[must_use]
                    pub fn $param(mut self, $param: impl $crate::api::Input<$param_type>) -> Self {
                        self.$param = Some($param.into_value());
                        self
                    }
                )*)?
            }

            $(
                impl<C> $crate::Call<C, $name> {
                    $(
                        #[doc = operations!(@param $param)]
                        pub fn $param(self, $param: impl $crate::api::Input<$param_type>) -> Self {
                            self.map(|operation| operation.$param($param))
                        }
                    )*
                }
            )?

            impl $crate::operation::Operation for $name {
                type Output = $output;
                const NAME: &'static str = concat!($service_name, ".", stringify!($method));
                const METHOD: ::http::Method = ::http::Method::$verb;
                const PATH: &'static str = $path;
                const REFERENCE: &'static str = $reference;
                const ACCESS: $crate::operation::Access = $crate::operation::Access::$access;
                const SCOPES: &'static [$crate::auth::Scope] = &[$($crate::auth::Scope::$scope),*];
                const REPLAY: $crate::operation::Replay = $crate::operation::Replay::$replay;

                fn write(
                    &self,
                    request: &mut $crate::operation::RequestBuilder,
                ) -> Result<(), $crate::error::InvalidInput> {
                    $(request.segment(stringify!($arg), self.$arg.as_ref().map_err(Clone::clone)?.as_str())?;)*
                    $($(
                        if let Some($param) = &self.$param {
                            request.query(stringify!($param), $param.as_ref().map_err(Clone::clone)?);
                        }
                    )*)?
                    Ok(())
                }
            }
        )*
    };

    (@facts $verb:ident $path:literal, $reference:literal, $access:ident, [$($scope:ident),*]) => {
        concat!(
            "\n\n`", stringify!($verb), " ", $path, "`. Open to: ", operations!(@access $access), ". Scopes: ",
            operations!(@scopes $($scope),*),
            ".\n\n[Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/", $reference, ")",
        )
    };
    (@access Everyone) => { "every app" };
    (@access ExtendedQuota) => { "apps with extended quota" };
    (@scopes) => { "none" };
    (@scopes $first:ident $(, $scope:ident)*) => {
        concat!(
            "[`", stringify!($first), "`](crate::auth::Scope::", stringify!($first), ")"
            $(, ", [`", stringify!($scope), "`](crate::auth::Scope::", stringify!($scope), ")")*
        )
    };

    (@param market) => {
        "Sets the market: an ISO 3166-1 alpha-2 country code, or `from_token` for the country of the user. Only what is \
         available there is given. Default: the user's country where the token is a user's."
    };
    (@param limit) => {
        "Sets how many items to give at most. The type of the parameter says which bounds it has; the default is 20."
    };
    (@param offset) => {
        "Sets the index of the first item to give, from 0. Default: 0."
    };
}
