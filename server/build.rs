//! Tells cargo what the binary embeds besides Rust sources.

fn main() -> std::io::Result<()> {
    // A checkout without the site built still compiles; the server then has only its bare shell.
    std::fs::create_dir_all("../web/build")?;
    for path in ["../web/build", "../migrations", "sql", "text", "community", "demo"] {
        println!("cargo:rerun-if-changed={path}");
    }
    Ok(())
}
