use quote::ToTokens;
use syn::parse_quote;

use super::expand;

/// What the compiler says of an operation; empty where it takes it.
fn refusal(operation: &syn::DeriveInput) -> String {
    expand(operation).map_or_else(|error| error.to_string(), |_| String::new())
}

#[test]
fn an_operation_is_a_struct_whose_fields_say_where_they_go() {
    let code = expand(&parse_quote! {
        /// Gets a thing.
        #[operation(GET "/things/{thing_id}" -> Thing, as = "things.get", scopes = [UserReadPrivate])]
        pub struct GetThing {
            /// The thing.
            #[segment("thing_id")]
            id: String,
            /// The market.
            #[query]
            market: Option<Market>,
        }
    });
    let code = code.unwrap().to_token_stream().to_string();
    for part in [
        r#"OperationInfo :: new ("things.get" , __sdk :: Method :: GET , "/things/{thing_id}")"#,
        r#"["id" , "thing_id"]"#,
        "Scope :: UserReadPrivate",
        r#"with_doc ("Gets a thing.")"#,
        "fn maybe_market",
        r#"request . segment ("thing_id""#,
    ] {
        assert!(code.contains(part), "no {part} in {code}");
    }
}

#[test]
fn every_placeholder_has_its_field_and_every_segment_its_placeholder() {
    let missing = parse_quote! {
        #[operation(GET "/things/{id}/parts/{part}" -> Thing, as = "things.get_part")]
        struct GetPart {
            #[segment]
            id: String,
        }
    };
    assert_eq!(refusal(&missing), "`{part}` has no field with `#[segment]` for it");
    let left_over = parse_quote! {
        #[operation(GET "/things/{id}" -> Thing, as = "things.get")]
        struct GetThing {
            #[segment]
            id: String,
            #[segment]
            part: String,
        }
    };
    assert_eq!(refusal(&left_over), "`/things/{id}` has no `{part}`");
    for path in ["/things/{}", "/things/{id", "/things/id}", "/things/x{id}", "/things/{a}{b}"] {
        let path = syn::LitStr::new(path, proc_macro2::Span::call_site());
        let broken = parse_quote! {
            #[operation(GET #path -> Thing, as = "things.get")]
            struct GetThing {
                #[segment]
                id: String,
            }
        };
        assert!(refusal(&broken).contains("is no placeholder"), "{}", path.value());
    }
}

#[test]
fn what_cannot_be_meant_does_not_compile() {
    let cases: [(syn::DeriveInput, &str); 12] = [
        (
            parse_quote!(
                struct A;
            ),
            "expected one `#[operation(",
        ),
        (
            parse_quote!(
                #[operation(GET "/a" -> A)]
                struct A;
            ),
            "expected `as = ",
        ),
        (
            parse_quote!(
                #[operation(GET "a" -> A, as = "a.b")]
                struct A;
            ),
            "starts with a slash",
        ),
        (
            parse_quote!(
                #[operation(GET "/a" -> A, as = "a.b", pagd = offset)]
                struct A;
            ),
            "an operation has no `pagd`",
        ),
        (
            parse_quote!(
                #[operation(GET "/a" -> A, as = "a.b", quota = Big)]
                struct A;
            ),
            "expected `Development` or",
        ),
        (
            parse_quote!(
                #[operation(GET "/a" -> A, as = "a.b", paged = offset)]
                struct A;
            ),
            "the optional field `limit`",
        ),
        (
            parse_quote!(
                #[operation(GET "/a" -> A, as = "a.b", paged = page)]
                struct A;
            ),
            "`offset`, `after` or `time`",
        ),
        (
            parse_quote!(
                #[operation(GET "/a" -> A, as = "a.b")]
                enum A {}
            ),
            "an operation is a struct",
        ),
        (
            parse_quote!(
                #[operation(GET "/a" -> A, as = "a.b")]
                struct A(String);
            ),
            "have names",
        ),
        (
            parse_quote!(
                #[operation(GET "/a" -> A, as = "a.b")]
                struct A<T> {
                    #[query]
                    a: T,
                }
            ),
            "no type parameters",
        ),
        (
            parse_quote!(
                #[operation(GET "/a" -> A, as = "a.b")]
                struct A {
                    a: String,
                }
            ),
            "where it goes",
        ),
        (
            parse_quote!(
                #[operation(GET "/{a}" -> A, as = "a.b")]
                struct A {
                    #[segment]
                    a: Option<String>,
                }
            ),
            "has to be there",
        ),
    ];
    for (operation, why) in cases {
        let refusal = refusal(&operation);
        assert!(refusal.contains(why), "expected {why}, got {refusal:?}");
    }
}

#[test]
fn defaults_and_batches_stand_on_parameters_that_can_have_them() {
    let cases: [(syn::DeriveInput, &str); 3] = [
        (
            parse_quote!(
                #[operation(GET "/a" -> A, as = "a.b")]
                struct A {
                    #[query(default = "x")]
                    a: String,
                }
            ),
            "an optional parameter of the query alone has a default",
        ),
        (
            parse_quote!(
                #[operation(PUT "/a" -> A, as = "a.b")]
                struct A {
                    #[body(default = "x")]
                    a: Option<String>,
                }
            ),
            "an optional parameter of the query alone has a default",
        ),
        (
            parse_quote!(
                #[operation(PUT "/a" -> A, as = "a.b")]
                struct A {
                    #[body(batch)]
                    a: Option<String>,
                }
            ),
            "divided by a required parameter",
        ),
    ];
    for (operation, why) in cases {
        let refusal = refusal(&operation);
        assert!(refusal.contains(why), "expected {why}, got {refusal:?}");
    }
}
