use std::io::Write;

use anyhow::{Result, bail};
use kycvs::domain::{Antigen, Product, UnknownProduct};
use serde_json::json;

use crate::cli::Format;
use crate::ending::Ending;
use crate::json_line;

/// Which products.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs policy products covishield
  kycvs policy products --antigen typhoid
  kycvs policy products polio oral --format json

A line has the name, the code, what is in it, its maker and its antigens. In a policy a name is one product, and a `cvx:` code every product that CVX gives it to.

Exit status: 0 products were found, 2 nothing matches.")]
pub(crate) struct ProductOptions {
    /// Only products that have all these words in a name, code, maker, antigen or disease
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    /// Only products against this antigen
    #[arg(long, value_name = "NAME", value_parser = antigen)]
    antigen: Option<Antigen>,
    /// Output format; of JSON an object on each line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// In which form.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  kycvs policy antigens

A line has the name, which a policy writes as \"antigen:measles\", the disease, and how many products protect from it.

Exit status: 0 done, 2 the output cannot be written.")]
pub(crate) struct AntigenOptions {
    /// Output format; of JSON an object on each line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

fn antigen(text: &str) -> Result<Antigen, &'static str> {
    Antigen::find(text.strip_prefix("antigen:").unwrap_or(text)).ok_or("`kycvs policy antigens` lists the names")
}

/// Lists products of the catalogue.
pub(super) fn products(options: &ProductOptions, out: &mut impl Write) -> Result<Ending> {
    let words: Vec<_> = options.words.iter().map(|word| folded(word)).collect();
    let against = |product: &Product| options.antigen.is_none_or(|antigen| product.protects_from(antigen));
    let found: Vec<_> = Product::all().filter(against).filter(|product| has(*product, &words)).collect();
    if found.is_empty() {
        let unknown = Product::parse(&options.words.join(" ")).err();
        let nearest = unknown.iter().flat_map(UnknownProduct::nearest).filter(against);
        let nearest: Vec<_> = nearest.map(Product::name).collect();
        let near = if nearest.is_empty() { String::new() } else { format!("; the nearest are {}", nearest.join(", ")) };
        bail!("the catalogue has no product with all these words{near}; `kycvs policy products` lists all");
    }
    let width = found.iter().map(|product| product.name().len()).max().unwrap_or_default();
    for product in found {
        let (name, code, family) = (product.name(), product.code().to_string(), product.family());
        let antigens: Vec<_> = product.antigens().filter_map(Antigen::name).collect();
        match options.format {
            Format::Text => {
                let maker = product.maker().map(|maker| format!(", {maker}")).unwrap_or_default();
                writeln!(out, "{name:width$}  {code:<11}  {family}{maker}: {}", antigens.join(" "))?;
            }
            Format::Json => {
                let names: Vec<_> = product.other_names().collect();
                let codes = json!({ "code": code, "cvx": product.cvx(), "eu": product.eu_code() });
                let object = json!({ "name": name, "codes": codes, "other_names": names, "family": family,
                    "maker": product.maker(), "antigens": antigens, "first_use": product.first_use() });
                json_line::write(out, &object)?;
            }
        }
    }
    Ok(Ending::Well)
}

/// Lists what the products of the catalogue protect from.
pub(super) fn antigens(options: &AntigenOptions, out: &mut impl Write) -> Result<Ending> {
    for antigen in Antigen::all() {
        let (name, disease) = (antigen.name().unwrap_or_default(), antigen.disease().unwrap_or_default());
        let products = Product::all().filter(|product| product.protects_from(antigen)).count();
        match options.format {
            Format::Text => writeln!(out, "{name:22}  {disease}, {products}")?,
            Format::Json => json_line::write(out, &json!({ "name": name, "disease": disease, "products": products }))?,
        }
    }
    Ok(Ending::Well)
}

/// Whether each word is part of a name, code, family or maker of the product, or an antigen or disease. Part of those says
/// nothing: `covi` is part of COVID-19.
fn has(product: Product, words: &[String]) -> bool {
    let codes = product.cvx().map(|cvx| format!("cvx:{cvx}")).into_iter().chain([product.code().to_string()]);
    let antigens = product.antigens().flat_map(|antigen| antigen.name().into_iter().chain(antigen.disease()));
    let antigens: Vec<_> = antigens.map(folded).collect();
    let known = [product.name(), product.family()].into_iter().chain(product.maker()).chain(product.eu_code());
    let known = known.chain(product.other_names()).map(folded);
    let known: Vec<_> = known.chain(codes.map(|code| folded(&code))).collect();
    words.iter().all(|word| antigens.contains(word) || known.iter().any(|known| known.contains(word)))
}

/// Letters and digits alone, in lower case, as the catalogue compares names.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
