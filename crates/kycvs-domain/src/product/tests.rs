use std::collections::HashSet;

use super::{ProductSet, catalogue::FILE, table::rows, *};

fn names(products: impl IntoIterator<Item = Product>) -> Vec<&'static str> {
    products.into_iter().map(Product::name).collect()
}

#[test]
fn every_line_of_the_file_is_a_product_with_eleven_fields_and_fits_a_set() {
    assert!(!FILE.contains('"'), "no field is quoted");
    assert!(rows(FILE).all(|fields| fields.count() == 11));
    assert_eq!(Product::all().count(), rows(FILE).count());
    assert!(Product::all().count() <= ProductSet::MOST);
    for ((place, product), mut fields) in Product::all().enumerate().zip(rows(FILE)) {
        assert_eq!(usize::from(product.0.place), place);
        let antigens = fields.nth(5).unwrap();
        assert_eq!(product.antigens().count(), table::list(antigens).count(), "{product:?}");
        assert!(product.antigens().count() > 0, "{product:?}");
        let first_use = fields.nth(3).unwrap();
        assert_eq!(product.first_use().map(|day| day.to_string()).unwrap_or_default(), first_use, "{product:?}");
    }
    let all: ProductSet = Product::all().collect();
    assert!(all.iter().eq(Product::all()));
}

/// Sealed records hold these numbers: a change here makes every registry wrong.
#[test]
fn codes_never_change() {
    let frozen = [
        ("COVISHIELD", 210),
        ("COVAXIN", 502),
        ("SPUTNIK_V", 505),
        ("ZYCOV_D", 514),
        ("COVOVAX", 211),
        ("GEMCOVAC", 10_008),
        ("INCOVACC", 10_009),
        ("VAXZEVRIA", 10_013),
        ("NUVAXOVID", 10_014),
        ("ABDALA", 10_040),
        ("SINOPHARM_WIBP", 10_041),
        ("COVIFENZ", 512),
        ("BIMERVAX", 10_058),
        ("OPV_NOVEL_TYPE_2", 10_100),
        ("ROTAVAC", 10_101),
        ("JE_LIVE", 10_103),
        ("SINSAVAC", 10_104),
        ("MMR", 3),
        ("YELLOW_FEVER", 37),
        ("CLESROVIMAB", 332),
    ];
    for (name, code) in frozen {
        assert_eq!(Product::find(name).map(|product| product.code().get()), Some(code), "{name}");
    }
}

#[test]
fn every_code_and_name_finds_its_product_and_no_two_share_one() {
    let (mut codes, mut keys, mut eu) = (HashSet::new(), HashSet::new(), HashSet::new());
    for product in Product::all() {
        assert!(codes.insert(product.code()) && product.code().product() == Some(product));
        assert_eq!(Product::find(&product.code().to_string()), Some(product));
        let mut own = HashSet::new();
        for name in
            table::list(rows(FILE).nth(product.0.place.into()).unwrap().nth(10).unwrap()).chain([product.name()])
        {
            assert_eq!(Product::find(name), Some(product), "{name}");
            own.insert(Key::of(name).unwrap());
        }
        assert!(own.into_iter().all(|key| keys.insert(key)), "{product:?}");
        for code in table::list(product.0.eu) {
            assert!(eu.insert(code));
            assert_eq!(Product::find(&format!("eu:{code}")), Some(product));
        }
    }
}

#[test]
fn a_code_below_10000_is_the_cvx_code_of_the_product_that_it_finds_first() {
    for product in Product::all() {
        let Some(cvx) = product.cvx() else { continue };
        let first = Product::find(&format!("cvx:{cvx}")).unwrap();
        assert_eq!(first.code().get(), cvx, "{product:?}");
    }
}

#[test]
fn products_of_one_cvx_code_are_one_family() {
    for product in Product::all() {
        let Some(cvx) = product.cvx() else { continue };
        let named: Vec<Product> = Product::find_all(&format!("cvx:{cvx}")).collect();
        assert!(named.contains(&product));
        assert!(named.iter().all(|other| other.family() == product.family()), "{named:?}");
    }
    assert_eq!(names(Product::find_all("cvx:210")), ["COVISHIELD", "VAXZEVRIA"]);
}

#[test]
fn a_combined_vaccine_counts_for_each_of_its_components() {
    let measles = names(Product::find_all("antigen:measles"));
    assert_eq!(measles, ["MMR", "MR", "MEASLES", "MMRV"]);
    assert!(names(Product::find_all("antigen:men_w")).contains(&"MEN_ACWY_TT_B"));
    assert!(!names(Product::find_all("antigen:meningococcal")).contains(&"MEN_B_OMV"));
    assert_eq!(Product::find_all("antigen:scurvy").count(), 0);
    assert_eq!(Product::find("antigen:measles"), None, "a dose is of a product");
    let [mmrv, varicella, polio] = ["MMRV", "cvx:21", "IPV"].map(|code| Product::find(code).unwrap());
    assert!(mmrv.overlaps(varicella) && !varicella.overlaps(polio));
}

#[test]
fn what_registers_and_certificates_print_is_found() {
    let printed = [
        ("SPUTNIK V", "SPUTNIK_V"),
        ("Sputnik-V", "SPUTNIK_V"),
        ("sputnik", "SPUTNIK_V"),
        ("ZyCoV-D", "ZYCOV_D"),
        ("ZYCOV D", "ZYCOV_D"),
        ("Covishield (ChAdOx1)", "COVISHIELD"),
        ("COVISHIELD (Serum Institute of India)", "COVISHIELD"),
        ("Covaxin (BBV152)", "COVAXIN"),
        ("Pfizer-BioNTech", "COMIRNATY"),
        ("spikevax", "MODERNA"),
        ("bbibp- corv", "SINOPHARM_BIBP"),
        ("Johnson & Johnson", "JANSSEN"),
        ("Moderna (bivalent)", "MODERNA_BIVALENT"),
        ("bOPV", "OPV_BIVALENT"),
        ("fIPV", "IPV_FRACTIONAL"),
        ("DPT", "DTP"),
        ("Pentavalent", "PENTAVALENT"),
        ("M.R.", "MR"),
        ("Hep B", "HEPB_UNSPECIFIED"),
    ];
    for (text, name) in printed {
        assert_eq!(Product::find(text).map(Product::name), Some(name), "{text}");
    }
    for text in ["COVISHIELD (Covaxin)", "COVISHIELD (for children)", "(ChAdOx1)"] {
        assert_eq!(Product::find(text).map(Product::name), None, "{text}");
    }
}

#[test]
fn what_is_no_code_finds_nothing() {
    let none = ["", "cvx:", "cvx:+210", "cvx:0210x", "cvx:65536", "eu:", "eu:covishield", "210", "CVX:210", "antigen:"];
    for code in none {
        assert_eq!(Product::find(code), None, "{code}");
    }
}

#[test]
fn an_unknown_name_comes_with_the_three_that_may_be_meant() {
    let nearest = |text: &str| names(Product::parse(text).unwrap_err().nearest());
    for (text, meant) in
        [("COVISHEILD", "COVISHIELD"), ("Covaxine", "COVAXIN"), ("Sputnic V", "SPUTNIK_V"), ("MMRR", "MMR")]
    {
        assert_eq!(nearest(text).first(), Some(&meant), "{text}");
        assert_eq!(nearest(text).len(), 3);
    }
    let error = Product::parse("COVISHEILD").unwrap_err().to_string();
    assert!(error.starts_with("the catalogue has no such product; the nearest are COVISHIELD, "), "{error}");
    for (text, kind) in [
        ("Havrix", "hepatitis_a"),
        ("VAQTA", "hepatitis_a"),
        ("Avaxim 160U", "hepatitis_a"),
        ("Verorab", "rabies"),
        ("Hepatitis-A vaccine", "hepatitis_a"),
        ("typhoid vi vaccine", "typhoid"),
        ("Covaxine", "covid_19"),
        ("Zycov", "covid_19"),
    ] {
        let kind = Antigen::find(kind).unwrap();
        let near: Vec<_> = Product::parse(text).unwrap_err().nearest().collect();
        assert!(near.len() == 3 && near.iter().all(|near| near.protects_from(kind)), "{text}: {near:?}");
    }
    assert_eq!(nearest("vaccine"), [""; 0], "like no name");
    assert_eq!(nearest("Qwrty"), [""; 0]);
    assert_eq!(nearest("टीका"), [""; 0]);
    assert_eq!(Product::parse(&"x".repeat(10_000)).unwrap_err().nearest().count(), 0, "longer than any name");
}

#[test]
fn each_kind_of_vaccine_has_its_codes() {
    let kinds = [
        ("COVISHIELD", Some("XM9QW8"), Some("29061000087103")),
        ("COVAXIN", Some("XM1NL1"), Some("1157024006")),
        ("ZYCOV_D", Some("XM6AT1"), Some("1187593009")),
        ("CORBEVAX", Some("XM5JC5"), Some("1162643001")),
        ("COMIRNATY", Some("XM0GQ8"), Some("1119349007")),
        ("UNSPECIFIED", Some("XM68M6"), None),
        ("YELLOW_FEVER", Some("XM3418"), Some("1121000221106")),
        ("ZOSTER_RECOMBINANT", None, None),
    ];
    for (name, icd11, snomed) in kinds {
        let product = Product::find(name).unwrap();
        assert_eq!((product.icd11(), product.snomed()), (icd11, snomed), "{name}");
    }
    let icd11 =
        |code: &str| code.len() == 6 && code.starts_with("XM") && code.bytes().all(|b| b.is_ascii_alphanumeric());
    assert!(Product::all().filter_map(Product::icd11).all(icd11));
    let snomed = |code: &str| (6..=18).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    assert!(Product::all().filter_map(Product::snomed).all(snomed));
}
