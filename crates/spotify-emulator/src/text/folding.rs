//! Text as people search for it: without accents, without capitals.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters without a decomposition that are searched for by other letters.
const OTHERS: [(char, &str); 9] =
    [('ß', "ss"), ('æ', "ae"), ('œ', "oe"), ('ø', "o"), ('đ', "d"), ('ð', "d"), ('ł', "l"), ('þ', "th"), ('ı', "i")];

/// The text in small letters, with neither accents nor apostrophes, and spaces for other punctuation.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase) {
        match OTHERS.iter().find(|(other, _)| *other == character) {
            Some((_, letters)) => folded.push_str(letters),
            None if matches!(character, '\'' | '’' | '‘' | '`' | '.') => {}
            None if character.is_alphanumeric() => folded.push(character),
            None => folded.push(' '),
        }
    }
    folded
}

/// Whether `folded` has a word that begins with `word`. Where a script has no spaces, any place will do.
pub(crate) fn has_word(folded: &str, word: &str) -> bool {
    if !word.is_ascii() {
        return folded.contains(word);
    }
    folded.split_whitespace().any(|other| other.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_capitals_do_not_matter() {
        for (text, folded) in [
            ("DeBÍ TiRAR MáS FOToS", "debi tirar mas fotos"),
            ("Sigur Rós", "sigur ros"),
            ("Ágætis byrjun", "agaetis byrjun"),
            ("Don't Stop", "dont stop"),
            ("AC/DC", "ac dc"),
            ("Straße", "strasse"),
            ("ＡＢＣ", "abc"),
            ("Кино", "кино"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn words_are_found_by_how_they_begin() {
        assert!(has_word("kind of blue", "bl"));
        assert!(!has_word("kind of blue", "lue"));
        assert!(has_word(&fold("無罪モラトリアム"), &fold("モラト")));
    }
}
