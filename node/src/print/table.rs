use crate::print::record::shown;
use comfy_table::{ContentArrangement, Table, presets};

/// The width of a page where the terminal says none to use, in characters.
const WIDTH: u16 = 110;

/// A table without rules, its columns set apart by space; empty where there are no rows.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    table_of(head.map(str::to_owned), rows)
}

/// Like [`table`], where the columns are known only when it is printed.
pub(crate) fn table_of<R: IntoIterator<Item = String>>(
    head: impl IntoIterator<Item = String>,
    rows: impl IntoIterator<Item = R>,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = width() {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.set_header(head.into_iter().map(|name| name.to_uppercase()));
    for row in rows {
        table.add_row(row.into_iter().map(|cell| shown(&cell)));
    }
    let text = table.trim_fmt();
    text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect::<Vec<_>>().join("\n")
}

/// How wide a table may be: what is piped is for programs, and never wrapped.
fn width() -> Option<u16> {
    let terminal = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?.ws_col;
    Some(if terminal < 40 { WIDTH } else { terminal })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_names_its_columns() {
        let text = table(["member", "state"], [["Bexley".to_owned(), "connected".to_owned()]]);
        assert!(text.lines().next().is_some_and(|line| line.contains("MEMBER")), "{text}");
    }
}
