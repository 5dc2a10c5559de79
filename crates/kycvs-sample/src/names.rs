use crate::random::Random;
use crate::regions::{HINDI, Habit, REGIONS, Region};

/// What the members of a household share.
pub(crate) struct Family {
    region: &'static Region,
    family: &'static str,
    father: &'static str,
    village: &'static str,
}

impl Family {
    pub(crate) fn draw(random: &mut Random) -> Self {
        let region = random.weighted(REGIONS).unwrap_or(&HINDI);
        Self {
            region,
            family: random.pick(region.families),
            father: random.pick(region.men),
            village: random.pick(region.families),
        }
    }

    /// A member's name as a registry's clerk wrote it: one in eight in capitals, one in fifty with a title.
    pub(crate) fn name(&self, woman: bool, random: &mut Random) -> String {
        let mut name = String::with_capacity(32);
        if random.chance(200) {
            name.push_str(if woman {
                random.pick(&["Smt. ", "Mrs ", "Dr. "])
            } else {
                random.pick(&["Shri ", "Mr. ", "Dr. "])
            });
        }
        self.push_name(woman, random, &mut name);
        if random.chance(1250) {
            name.make_ascii_uppercase();
        }
        name
    }

    fn push_name(&self, woman: bool, random: &mut Random, name: &mut String) {
        let given = random.pick(if woman { self.region.women } else { self.region.men });
        let form = random.below(10);
        let initial = |text: &'static str| text.get(..1).unwrap_or_default();
        let parts: [&str; 3] = match (self.region.habit, form) {
            (Habit::Northern, 0) => [given, "", ""],
            (Habit::Northern, 1..=3) if woman => [given, random.pick(&["Devi", "Kumari", "Rani"]), ""],
            (Habit::Northern, 1..=4) => {
                [given, random.pick(&["Kumar", "Kumar", "Lal", "Prasad", "Chand"]), self.family]
            }
            (Habit::Sikh, 0..=5) => [given, if woman { "Kaur" } else { "Singh" }, ""],
            (Habit::Sikh, _) => [given, if woman { "Kaur" } else { "Singh" }, self.family],
            (Habit::Muslim, 0..=4) if woman => {
                [given, random.pick(&["Begum", "Khatoon", "Bano", "Parveen", "Bibi"]), ""]
            }
            (Habit::Muslim, 0..=3) => [random.pick(&["Mohammed", "Mohd", "Md", "Shaikh", "Syed"]), given, ""],
            (Habit::Muslim, 4) => [random.pick(&["Mohammed", "Mohd"]), given, self.family],
            (Habit::Western, 0..=6) if given != self.father => [given, self.father, self.family],
            (Habit::Initials, 0..=3) => [initial(self.father), given, ""],
            (Habit::Initials, 4) => [initial(self.village), initial(self.father), given],
            (Habit::Initials, 5..=7) => [given, initial(self.father), ""],
            (Habit::Initials, 8) => [given, self.father, ""],
            (Habit::FamilyFirst, 0..=2) => [self.family, random.pick(&["Venkata", "Naga", "Sai", "Satya"]), given],
            (Habit::FamilyFirst, 3..=5) => [self.family, given, ""],
            (Habit::FamilyFirst, 6..=8) => [initial(self.family), given, ""],
            _ => [given, self.family, ""],
        };
        for (at, part) in parts.iter().filter(|part| !part.is_empty()).enumerate() {
            if at > 0 {
                name.push(' ');
            }
            name.push_str(part);
        }
    }
}
