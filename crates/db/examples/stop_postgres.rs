//! Stops the temporary cluster that tests have left running. `bin/check` ends with it.

fn main() {
    if let Err(why) = yiwang_db::testing::stop_cluster() {
        eprintln!("{why}");
        std::process::exit(1);
    }
}
