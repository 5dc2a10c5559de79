//! The contract, on one server and on a Cluster of six.

mod server {
    use crate::support::on_a_server;

    kycvs_store_testkit::challenge_store!(on_a_server().await);
    kycvs_store_testkit::limit_store!(on_a_server().await);
}

mod cluster {
    use crate::support::on_a_cluster;

    kycvs_store_testkit::challenge_store!(on_a_cluster().await);
    kycvs_store_testkit::limit_store!(on_a_cluster().await);
}
