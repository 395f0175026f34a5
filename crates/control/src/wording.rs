/// An error with what caused it, in one line.
#[must_use]
pub fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Names as a sentence lists them: "Bexley, Greenwich and Lewisham", or "nobody".
#[must_use]
pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [] => "nobody".to_owned(),
        [one] => (*one).to_owned(),
        [several @ .., last] => format!("{} and {last}", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the journal could not be read")]
    struct Unread(#[source] std::io::Error);

    #[test]
    fn an_error_is_told_with_its_causes() {
        let error = Unread(std::io::Error::other("no such device"));
        assert_eq!(told(&error), "the journal could not be read: no such device");
    }

    #[test]
    fn the_last_name_is_joined_by_and() {
        assert_eq!(names([]), "nobody");
        assert_eq!(names(["Bexley"]), "Bexley");
        assert_eq!(names(["Bexley", "Greenwich"]), "Bexley and Greenwich");
        assert_eq!(names(["Bexley", "Greenwich", "Lewisham"]), "Bexley, Greenwich and Lewisham");
    }
}
