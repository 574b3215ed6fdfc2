//! [`service!`]: the service of a section of Spotify's reference, and the list of its operations.

macro_rules! service {
    (
        $(#[$meta:meta])*
        $service:ident { $($operation:ident),* $(,)? }
        $(extended { $($extended:ident),* $(,)? })?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $service<C> {
            pub(crate) client: C,
        }

        impl<C> $service<C> {
            pub(crate) fn new(client: C) -> Self {
                Self { client }
            }
        }

        /// The operations of this section: for every app, and for apps with extended quota.
        pub(super) const OPERATIONS: &[&[&$crate::definition::OperationInfo]] = &[
            &[$($operation::INFO),*],
            $(#[cfg(feature = "extended-quota")] &[$($extended::INFO),*],)?
        ];
    };
}
