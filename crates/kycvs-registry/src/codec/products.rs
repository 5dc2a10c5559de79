use kycvs_domain::ProductCode;

/// The codes that have a short number, its place here from 1: the products of the first catalogue, which format 1 knew and
/// which are most doses that there are. It never changes.
#[rustfmt::skip] // a table is read in columns
const SHORT: [u16; 43] = [
    210, 502, 505, 504, 514, 517, 211, 10_008, 10_009, 207, 212,
    208, 10_013, 10_014, 213, 217, 218, 219, 221, 227, 228, 229,
    230, 300, 301, 302, 500, 501, 503, 506, 507, 508, 509,
    510, 511, 512, 513, 515, 516, 10_040, 10_041, 519, 520,
];

/// The code with that short number.
pub(super) fn code_of(short: u8) -> Option<ProductCode> {
    ProductCode::new(*SHORT.get(usize::from(short).checked_sub(1)?)?)
}

/// The short number of a code.
pub(super) fn short_of(code: ProductCode) -> Option<u8> {
    let place = SHORT.iter().position(|short| *short == code.get())?;
    u8::try_from(place + 1).ok()
}
