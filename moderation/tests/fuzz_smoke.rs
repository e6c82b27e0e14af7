//! The function that the fuzzer runs, on inputs that once were or could be trouble.

#[path = "../fuzz/check.rs"]
mod check;

#[test]
fn what_must_hold_for_any_bytes_holds_for_these() {
    let inputs: [&[u8]; 16] = [
        b"",
        b"\0",
        b"\xff\xfe\xfd",
        b"a@b.c@d.e",
        b"+45+45+45 83 12 34 56",
        b"DK50 0040 0440 1162 43",
        "8️⃣3️⃣".as_bytes(),
        "jeg vil d\u{200b}ø\u{301}\u{301}\u{301}".as_bytes(),
        "ﷺﷺﷺ \u{202e}83123456".as_bytes(),
        "İİİ ẞ ŉ ǰ".as_bytes(),
        "mit snap er ...___...".as_bytes(),
        b"7f3c9a1e-22b4-4d0f-9c11-5ab8e2d0c3f4",
        "fem og og og tyve double double".as_bytes(),
        b"https://////////",
        b"55.9,8.0,55.9,8.0",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}".as_bytes(),
    ];
    for input in inputs {
        check::check(input);
    }
    // Bytes that look like chance and are always the same.
    let mut state = 0x9e37_79b9_u32;
    for length in 0..120 {
        let bytes: Vec<u8> = (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                u8::try_from(state >> 24).unwrap_or(0)
            })
            .collect();
        check::check(&bytes);
    }
}
