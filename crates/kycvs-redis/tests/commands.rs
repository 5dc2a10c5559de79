//! What calls ask of the server, by its own count.

use kycvs_redis::RedisStore;
use kycvs_store::{ChallengeStore, LimitStore, LimitUse};
use kycvs_test_servers::Redis;

use crate::support::{at, key_of_tag, limit, patient};

/// The commands of a call and how often each, also those within its script.
async fn commands_of<T>(server: &Redis, call: impl Future<Output = T>) -> String {
    server.cli(&["CONFIG", "RESETSTAT"]);
    call.await;
    let told = server.cli(&["INFO", "commandstats"]);
    let counted = |line: &str| {
        let (name, numbers) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
        let of_the_test = ["config|resetstat", "info", "ping"].contains(&name);
        (!of_the_test).then(|| format!("{name} {}", numbers.split(',').next().unwrap()))
    };
    let mut counts: Vec<String> = told.lines().filter_map(counted).collect();
    counts.sort();
    counts.join(", ")
}

#[tokio::test]
async fn a_new_request_takes_four_commands_and_what_a_right_code_clears_one_script() {
    let server = Redis::start();
    let store: RedisStore = patient().open(&server.url()).await.unwrap();
    let (first, second) = (key_of_tag(7, 1), key_of_tag(7, 2));
    store.put(&first, None, vec![1], at(0)).await.unwrap(); // now the server knows the script, and the tag has its index
    let put = commands_of(&server, store.put(&second, None, vec![1], at(0))).await;
    assert_eq!(put, "evalsha 1, pttl 2, set 1, zadd 1");

    let limits = [limit(5, 60)];
    let uses = [first, second, key_of_tag(9, 3)].map(|key| LimitUse { key, limits: &limits });
    store.clear(&[first]).await.unwrap();
    let _ = store.take(at(0), &uses).await.unwrap();
    let clear = commands_of(&server, store.clear(&uses.each_ref().map(|counted| counted.key))).await;
    assert_eq!(clear, "del 3, evalsha 1, zrem 3");
    assert_eq!(server.cli(&["DBSIZE"]).trim(), "3", "two requests and their index");
}
