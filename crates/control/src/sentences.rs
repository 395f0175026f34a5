/// Writes a type as its facts with sentences beside them, for whoever reads the JSON without this crate; what reads it
/// again takes the facts alone. The type derives `Serialize` and `Deserialize` as `#[serde(remote = "Self")]`.
macro_rules! with_sentences {
    ($type:ident { $($name:ident: $form:ty = $sentence:path),* }) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #[derive(serde::Serialize)]
                struct Told<'a> {
                    #[serde(flatten, serialize_with = "facts")]
                    facts: &'a $type,
                    $($name: $form,)*
                }
                fn facts<S: serde::Serializer>(facts: &$type, serializer: S) -> Result<S::Ok, S::Error> {
                    // What is derived; the implementation of the trait is this one here.
                    $type::serialize(facts, serializer)
                }
                Told { facts: self, $($name: $sentence(self),)* }.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }
        }
    };
}

pub(crate) use with_sentences;
