//! Each setting that is wrong, with the whole of what is said of it: line, key, what is wrong and what to write instead.

use crate::configurations::{KANNEL, faults, with};
use crate::support::{Files, configuration, railway_key, sha256};

const HTTP: &str = "[sms.http]\nurl = 'https://sms.example/'\njson = '{\"to\": \"{to}\", \"text\": \"{text}\"}'\n";
const DLT: &str = "[sms.kannel.dlt]\nentity_id = '1101234567890123456'\nheader = 'KYCVSX'\n[[sms.kannel.dlt.template]]\n\
                   id = '1107123456789012345'\nlanguage = 'en'\ntext = '{#numeric#}'\nvariables = ['code']\n";
const SHARED: &str = "[stores]\nkeys = '/k'\npostgres = 'postgres://kycvs@db/kycvs'\n";

/// A file that can be used, and from line 15 on something more.
fn and(more: &str) -> String {
    configuration(&format!("{KANNEL}{more}"))
}

fn assert_each(wrong: &[(String, &str)]) {
    let folder = Files::new();
    for (text, says) in wrong {
        assert_eq!(faults(&folder, text), *says, "{text}");
    }
}

#[test]
fn a_file_that_is_not_toml_is_named_by_its_line() {
    assert_each(&[
        (
            with("\"https://kycvs.example\"", "https://kycvs.example"),
            "3: this is not TOML, which has strings in quotes: string values must be quoted, expected literal string",
        ),
        (
            with("\"A ministry\"", "\"A ministry"),
            "4: this is not TOML, which has strings in quotes: invalid basic string, expected `\"`",
        ),
        (
            with("'a-password'", "hunter2"),
            "14: this is not TOML, which has strings in quotes: string values must be quoted, expected literal string",
        ),
        (
            with("'a-password'", "99999999999999999999"),
            "14: a number is at most 9223372036854775807, and a string is in quotes",
        ),
        (
            with("name = \"A ministry\"", "name = \"A ministry\"\nname = \"hunter2\""),
            "5: `name` is there twice: remove one",
        ),
        (and("[sms.kannel]\n"), "15: `kannel` is there twice: remove one"),
    ]);
}

#[test]
fn a_section_or_key_that_is_missing_unknown_or_of_another_type_is_named() {
    assert_each(&[
        (
            String::new(),
            "there is no [issuer]\n `entity`: there is no [[entity]]: nobody could ask anything\n `sms`: there is no SMS gateway: add [sms.kannel], [sms.msg91] or [sms.http]",
        ),
        (configuration(""), "`sms`: there is no SMS gateway: add [sms.kannel], [sms.msg91] or [sms.http]"),
        (with("[[entity]]", "[entity]"), "6: `entity`: expected a list: [ … ], or [[ … ]] over each table of it"),
        (with("[issuer]", "[[issuer]]"), "2: `issuer`: it is one table: [ … ] over it, not [[ … ]]"),
        (
            and("[limit]\nbody_bytes = 1\n"),
            "15: `limit`: unknown field `limit`, expected one of `issuer`, `entity`, `limits`, `page`, `stores`, `sms`, `messages`, `wrong_codes`, `codes`, `presented_certificates`, `service`, `trusted_issuers`, `cards`, `log`, `oidc`, `signing`, `policies`",
        ),
        (
            and("[page]\nlight.accents = '#0b5cab'\n"),
            "16: `page.light.accents`: unknown field `accents`, expected one of `accent`, `ground`, `paper`, `ink`, `soft`, `line`",
        ),
        (
            with("\"A railway\"", "7392846"),
            "8: `entity[0].name`: expected a string; write it as in name = \"Example Railways\"",
        ),
        (
            and("[service]\nsubject = 'hunter2'\n"),
            "16: `service.subject`: expected `random` or `pairwise`; write it as in subject = \"random\"",
        ),
        (
            and("[policies]\nfiles = 'hunter2'\n"),
            "16: `policies.files`: expected a list: [ … ], or [[ … ]] over each table of it; write it as in files = []",
        ),
    ]);
}

#[test]
fn a_number_or_a_time_that_is_out_of_range_is_named_with_the_range() {
    assert_each(&[
        (
            and("[limits]\ncall_seconds = -5\n"),
            "16: `limits.call_seconds`: expected a whole number from 0; write it as in call_seconds = 30",
        ),
        (and("[limits]\nbody_seconds = 0\n"), "16: `limits.body_seconds`: it must be 1 to 86400"),
        (and("[limits]\ndrain_seconds = 90000\n"), "16: `limits.drain_seconds`: it must be 0 to 86400"),
        (and("[limits]\nconcurrent_sends = 1024\n"), "16: `limits.concurrent_sends`: it must be 1 to 1023"),
        (
            and("[limits]\ncall_seconds = 1.5\n"),
            "16: `limits.call_seconds`: expected a whole number from 0; write it as in call_seconds = 30",
        ),
        (
            and("[codes]\nlifetime = '-180 s'\n"),
            "16: `codes.lifetime`: a time is a whole number from 1, a space, and s, min, h or days; write it as in lifetime = \"180 s\"",
        ),
        (
            and("[codes]\nlifetime = '3 minutes'\n"),
            "16: `codes.lifetime`: a time is a whole number from 1, a space, and s, min, h or days; write it as in lifetime = \"180 s\"",
        ),
        (
            and("[messages]\nper_mobile = ['8 per 10 min']\n"),
            "16: `messages.per_mobile[0]`: a rate is a number and a time in s, min, h or days, such as \"8 in 10 min\"; write it as in per_mobile = [\"8 in 10 min\", \"12 in 1 h\", \"20 in 24 h\"]",
        ),
        (
            and("[service]\nretention = 'outside-india'\n"),
            "15: `service.retention_days`: it is missing, which outside-india needs; write it as in retention_days = 400",
        ),
        (
            and("[service]\nretention_days = 100\n"),
            "16: `service.retention_days`: in India the ledger is kept for at least 374 days: a year from the processing, and the longest token",
        ),
        (
            and("[cards]\n").replace("https://kycvs.example", "http://127.0.0.1:8080"),
            "15: `cards`: it needs an https issuer.url",
        ),
        (
            and("[log]\norigin = 'a/log'\nevery_seconds = 5\n"),
            "17: `log.every_seconds`: a log must grow every 60 seconds to 24 hours",
        ),
    ]);
}

#[test]
fn an_issuer_or_an_entity_that_cannot_be_is_named() {
    assert_each(&[
        (
            with("https://kycvs.example", "http://kycvs.example"),
            "3: `issuer.url`: it must be https, or http on this machine; write it as in url = \"https://kycvs.example\"",
        ),
        (
            with("https://kycvs.example", "https://kycvs:hunter2@kycvs.example"),
            "3: `issuer.url`: it must have no user, password or fragment; an origin has no path or query either; write it as in url = \"https://kycvs.example\"",
        ),
        (
            with("https://kycvs.example", "https://kycvs.example/"),
            "3: `issuer.url`: it must be written as browsers do: the host in lower case, no default port; an origin has no slash at its end, a URL has one after the host; write it as in url = \"https://kycvs.example\"",
        ),
        (
            with("name = \"A ministry\"", "name = \"\""),
            "4: `issuer.name`: the text is empty; write it as in name = \"Example Ministry of Health\"",
        ),
        (
            with("id = \"rail\"", "id = \"rail way\""),
            "7: `entity[0].id`: the text holds a character that is not allowed; write it as in id = \"railway\"",
        ),
        (
            with(&sha256(railway_key()), ""),
            "9: `entity[0].api_key_sha256`: an API key's hash is 64 lower-case hexadecimal digits; write it as in api_key_sha256 = \"HASH\": `openssl rand -hex 32` makes a key, and `printf %s KEY | sha256sum` the hash to write here",
        ),
        (
            with(&sha256(railway_key()), "hunter2"),
            "9: `entity[0].api_key_sha256`: an API key's hash is 64 lower-case hexadecimal digits; write it as in api_key_sha256 = \"HASH\": `openssl rand -hex 32` makes a key, and `printf %s KEY | sha256sum` the hash to write here",
        ),
        (
            with(&sha256(railway_key()), &"0".repeat(64)),
            "9: `entity[0].api_key_sha256`: the API key of the entity `rail` is published in the documentation: `openssl rand -hex 32` makes a key, and `printf %s KEY | sha256sum` the hash to write here",
        ),
        (
            and(&format!("[[entity]]{}", configuration("").split_once("[[entity]]").unwrap().1)),
            "16: `entity[1].id`: another entity has the id `rail`, too\n18: `entity[1].api_key_sha256`: the entity `rail` has an API key that another one has, too: make one for each",
        ),
        (
            with("{ code = \"booking\"", "{ code = \"booking\", text = \"to eat\" }, { code = \"booking\""),
            "10: `entity[0].purposes[1].code`: another purpose of the entity `rail` has this code, too",
        ),
        (
            with("purposes = [{ code = \"booking\", text = \"to book a railway ticket\" }]", "purposes = []"),
            "10: `entity[0].purposes`: the entity `rail` has no purpose",
        ),
        (
            with("ticket\" }]", "ticket\" }]\norigins = [\"https://rail.example/a\"]"),
            "11: `entity[0].origins[0]`: it must have no user, password or fragment; an origin has no path or query either; write it as in origins = [\"https://rail.example\"]",
        ),
        (
            with("ticket\" }]", "ticket\" }]\nwebhook = { url = \"https://rail.example/\", secret = \"hunter2\" }"),
            "11: `entity[0].webhook.secret`: expected whsec_ and the base64 of 24 to 64 bytes, or a list of one to four such secrets; write it as in secret = { env = \"RAILWAY_WEBHOOK\" }",
        ),
        (
            with(
                "ticket\" }]",
                "ticket\" }]\nwebhook = { url = \"http://rail.example/\", secret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\" }",
            ),
            "11: `entity[0].webhook.url`: plain http is for this machine and private networks: write https://",
        ),
        (
            and("[page]\nlight.accent = '#ffee00'\n"),
            "16: `page.light.accent`: it cannot be told from `paper`: the contrast is less than 4.5 to 1",
        ),
    ]);
}

#[test]
fn stores_that_contradict_themselves_or_are_at_no_url_are_named() {
    assert_each(&[
        (
            and(&format!("{SHARED}data = '/d'\n")),
            "18: `stores.data`: there is `stores.postgres`, too: keep one of them",
        ),
        (
            and(&SHARED.replace("keys = '/k'\n", "")),
            "15: `stores.keys`: it is missing: write it as in keys = \"/etc/kycvs/keys\"",
        ),
        (
            and(&SHARED.replace("postgres://kycvs@", "mysql://kycvs:hunter2@")),
            "17: `stores.postgres`: it must be a URL such as postgres://kycvs@db.example/kycvs",
        ),
        (
            and(&SHARED.replace("@db/", "@db:hunter2/")),
            "17: `stores.postgres`: it must be a URL such as postgres://kycvs@db.example/kycvs",
        ),
        (
            and(&format!("{SHARED}replica = 'hunter2'\n")),
            "18: `stores.replica`: it must be a URL such as postgres://kycvs@db.example/kycvs",
        ),
        (
            and(&format!("{SHARED}redis = 'http://:hunter2@cache'\n")),
            "18: `stores.redis`: a URL must begin with redis:// or rediss:// and name a host",
        ),
        (
            and(&format!("{SHARED}redis = []\n")),
            "18: `stores.redis`: there is no URL: write it as in redis = \"rediss://cache.example\"",
        ),
        (
            and(&format!("{SHARED}redis = 'redis://cache'\nredis_namespace = 'A B'\n")),
            "19: `stores.redis_namespace`: it must be 1 to 32 small letters, digits and hyphens",
        ),
        (
            and(&format!("{SHARED}partitions = 3\n")),
            "18: `stores.partitions`: it must be a power of two from 1 to 1,024",
        ),
        (and("[stores]\ndata = ''\n"), "16: `stores.data`: it is empty: write a path"),
        (
            and("[stores]\ndata = '/d'\nredis = 'redis://cache'\n"),
            "17: `stores.redis`: it goes with `stores.postgres` alone",
        ),
    ]);
}

#[test]
fn a_gateway_that_cannot_send_is_named_by_its_key() {
    assert_each(&[
        (
            with("http://127.0.0.1:9/", "http://kycvs:hunter2@127.0.0.1:9/"),
            "12: `sms.kannel.url`: a gateway's URL must begin with http:// or https:// and have no user name and no fragment",
        ),
        (
            with("http://127.0.0.1:9/", "http://sms.example/hunter2"),
            "12: `sms.kannel.url`: plain http is for this machine and private networks: write https://",
        ),
        (
            configuration(&HTTP.replace("https://sms.example/", "http://8.8.8.8/")),
            "12: `sms.http.url`: plain http is for this machine and private networks: write https://",
        ),
        (
            with("'a-password'", "''"),
            "14: `sms.kannel.password`: the password must be one or more visible ASCII characters",
        ),
        (
            with("[sms.kannel]", "[sms.twilio]"),
            "11: `sms.twilio`: unknown field `twilio`, expected one of `name`, `next_after_seconds`, `receipts`, `kannel`, `msg91`, `http`\n11: `sms`: it has no gateway: add one of `kannel`, `msg91`, `http`",
        ),
        (and(HTTP), "11: `sms`: it has several gateways: begin each with its own [[sms]]"),
        (
            configuration(&HTTP.replace("\"to\": \"{to}\", ", "")),
            "11: `sms.http`: the request has no place for the number: write {to}, {msisdn} or {national}",
        ),
        (
            configuration(&format!("{HTTP}text = '{{to}} {{text}}'\n")),
            "11: `sms.http`: it has more than one of `form`, `json` and `text`: keep one",
        ),
        (
            configuration(
                "[sms.http]\nurl = 'https://sms.example/'\nmethod = 'GET'\nquery = { to = '{to}', text = '{text}' }\n",
            ),
            "14: `sms.http.query`: a number, a code or a text in a URL ends up in the logs of every proxy: use a body, or allow it explicitly",
        ),
        (
            and(&DLT.replace("1101234567890123456", "110")),
            "16: `sms.kannel.dlt.entity_id`: a principal entity's id has 19 digits",
        ),
        (and(&DLT.replace("KYCVSX", "KYCVS")), "17: `sms.kannel.dlt.header`: a header has six letters"),
        (
            and(&DLT.replace("'{#numeric#}'", "'{#numeric#} {#text#}'")),
            "18: `sms.kannel.dlt.template[0]`: `{#text#}` is no tag of a registered template",
        ),
        (
            and(&DLT.replace("'{#numeric#}'", "'{#numeric#} {#var#}'")),
            "18: `sms.kannel.dlt.template[0]`: the template has 2 places and 1 variables",
        ),
        (
            and("[log]\norigin = 'a/log'\n[[log.witness]]\nurl = 'https://w.example'\nkey = 'hunter2'\n"),
            "19: `log.witness[0].key`: it must be the witness's key as it publishes it: name, id and key, with + between them",
        ),
        (
            and("[[signing.pkcs11]]\nmodule = '/m.so'\ntoken = ''\npin = 'hunter2'\n"),
            "17: `signing.pkcs11[0].token`: the label of a token is not empty, and has no @",
        ),
    ]);
}
