//! Names that are common in the regions of India. Any likeness to a person is chance.

/// Given names of men and of women, family names, and how they are put together.
pub(crate) struct Region {
    pub(crate) men: &'static [&'static str],
    pub(crate) women: &'static [&'static str],
    pub(crate) families: &'static [&'static str],
    pub(crate) habit: Habit,
}

#[derive(Clone, Copy)]
pub(crate) enum Habit {
    /// Given name, often a second one, family name: `Ramesh Kumar Sharma`, `Sunita Devi`.
    Northern,
    /// Given name, `Singh` or `Kaur`, sometimes a family name: `Harpreet Kaur Sandhu`.
    Sikh,
    /// Given and family name, or an honoured name before or after: `Mohd Imran`, `Shabnam Khatoon`.
    Muslim,
    /// Given name, father's or husband's name, family name: `Bhavesh Rameshbhai Patel`.
    Western,
    /// The initials of father and village before or after the given name: `R Karthik`, `Meena S`.
    Initials,
    /// Family name first, in full or as an initial: `Kandula Venkata Ramana`, `K Padma`.
    FamilyFirst,
    /// Given and family name: `Sourav Chatterjee`, `Maria D'Souza`.
    Plain,
}

/// Weights near the regions' shares of the population (Census of India 2011).
pub(crate) static REGIONS: &[(u64, &Region)] = &[
    (34, &HINDI),
    (14, &MUSLIM),
    (3, &PUNJAB),
    (8, &BENGAL),
    (9, &MAHARASHTRA),
    (5, &GUJARAT),
    (6, &TAMIL),
    (7, &TELUGU),
    (5, &KANNADA),
    (3, &KERALA),
    (3, &ODISHA),
    (2, &NORTH_EAST),
    (1, &CHRISTIAN),
];

pub(crate) static HINDI: Region = Region {
    habit: Habit::Northern,
    men: &[
        "Ramesh", "Suresh", "Mukesh", "Rajesh", "Sanjay", "Vijay", "Anil", "Sunil", "Ashok", "Vinod", "Manoj", "Rakesh",
        "Dinesh", "Mahesh", "Pankaj", "Amit", "Rahul", "Deepak", "Santosh", "Arvind", "Ajay", "Pradeep", "Rohit", "Vikas",
        "Shyam", "Ram", "Mohan", "Gopal", "Om", "Brijesh", "Dharmendra", "Jitendra", "Lakshman", "Rohan", "Aarav", "Ayush",
    ],
    women: &[
        "Sunita", "Anita", "Geeta", "Rekha", "Sangeeta", "Pooja", "Neha", "Priya", "Asha", "Usha", "Meena", "Laxmi",
        "Savitri", "Kiran", "Suman", "Manju", "Babita", "Kavita", "Mamta", "Poonam", "Seema", "Nisha", "Ritu", "Shanti",
        "Radha", "Sita", "Kamla", "Vimla", "Sarita", "Pushpa", "Jyoti", "Aarti", "Komal", "Anjali", "Ananya", "Riya",
    ],
    families: &[
        "Sharma", "Verma", "Gupta", "Singh", "Yadav", "Mishra", "Tiwari", "Pandey", "Chauhan", "Rajput", "Agarwal",
        "Aggarwal", "Srivastava", "Tripathi", "Dubey", "Maurya", "Kushwaha", "Choudhary", "Chaudhary", "Meena", "Saini",
        "Jain", "Prajapati", "Sahu", "Thakur", "Rawat", "Negi", "Joshi", "Paswan", "Rathore", "Soni", "Bansal",
    ],
};

static MUSLIM: Region = Region {
    habit: Habit::Muslim,
    men: &[
        "Imran", "Salman", "Aslam", "Irfan", "Javed", "Rashid", "Nadeem", "Faizan", "Arif", "Asif", "Shahid", "Tariq",
        "Wasim", "Zubair", "Iqbal", "Yusuf", "Ibrahim", "Akbar", "Kamal", "Sajid", "Farhan", "Danish", "Rizwan", "Naseem",
    ],
    women: &[
        "Ayesha", "Fatima", "Shabnam", "Nazia", "Rukhsana", "Salma", "Zainab", "Noor", "Rehana", "Shaheen", "Farzana",
        "Yasmin", "Sana", "Mumtaz", "Naseem", "Asma", "Rubina", "Hina", "Tabassum", "Afreen", "Kausar", "Nasreen",
    ],
    families: &[
        "Khan", "Ansari", "Shaikh", "Sheikh", "Syed", "Qureshi", "Siddiqui", "Mirza", "Pathan", "Malik", "Hussain",
        "Ahmed", "Ali", "Beg", "Farooqui", "Rahman", "Mondal", "Alam",
    ],
};

static PUNJAB: Region = Region {
    habit: Habit::Sikh,
    men: &[
        "Harpreet", "Gurpreet", "Manpreet", "Jaspreet", "Balwinder", "Sukhwinder", "Kulwinder", "Amarjit", "Baljit",
        "Daljit", "Gurmeet", "Harjinder", "Jagdeep", "Kuldeep", "Lakhwinder", "Paramjit", "Ranjit", "Satnam", "Tejinder",
    ],
    women: &[
        "Harpreet", "Gurpreet", "Manpreet", "Jaspreet", "Balwinder", "Sukhwinder", "Amandeep", "Navneet", "Simran",
        "Rajwinder", "Paramjit", "Kulwant", "Surinder", "Ravneet", "Jasleen", "Harleen", "Mandeep", "Prabhjot",
    ],
    families: &[
        "Sandhu", "Sidhu", "Gill", "Dhillon", "Brar", "Grewal", "Bajwa", "Randhawa", "Cheema", "Dhaliwal", "Sekhon",
        "Virk", "Bedi", "Sodhi", "Ahluwalia", "Mann",
    ],
};

static BENGAL: Region = Region {
    habit: Habit::Plain,
    men: &[
        "Sourav", "Subrata", "Prosenjit", "Arindam", "Debasish", "Tapan", "Swapan", "Biswajit", "Partha", "Sanjib",
        "Amitava", "Anirban", "Indrajit", "Kaushik", "Pranab", "Ranjan", "Sujit", "Tarun", "Uttam", "Sukumar",
    ],
    women: &[
        "Moumita", "Sutapa", "Anindita", "Paramita", "Rituparna", "Sharmistha", "Mitali", "Soma", "Mousumi", "Tanusree",
        "Chandana", "Dipali", "Indrani", "Kakoli", "Madhumita", "Nandita", "Purnima", "Rina", "Swapna", "Debjani",
    ],
    families: &[
        "Chatterjee", "Banerjee", "Mukherjee", "Bhattacharya", "Chakraborty", "Ganguly", "Das", "Dutta", "Ghosh", "Bose",
        "Sen", "Roy", "Mondal", "Sarkar", "Biswas", "Saha", "Paul", "Kundu", "Majumdar", "Nandi", "Halder", "Dey",
    ],
};

static MAHARASHTRA: Region = Region {
    habit: Habit::Western,
    men: &[
        "Sachin", "Ganesh", "Nitin", "Sandeep", "Prashant", "Mahesh", "Vishal", "Amol", "Swapnil", "Tushar", "Yogesh",
        "Balasaheb", "Dattatray", "Eknath", "Pandurang", "Shivaji", "Tukaram", "Vitthal", "Namdev", "Omkar", "Aniket",
    ],
    women: &[
        "Vaishali", "Manisha", "Ashwini", "Snehal", "Pallavi", "Rupali", "Swati", "Archana", "Shubhangi", "Mangal",
        "Alka", "Sunanda", "Vandana", "Sushma", "Mrunal", "Sayali", "Tejaswini", "Kalpana", "Lata", "Sakshi",
    ],
    families: &[
        "Patil", "Deshmukh", "Kulkarni", "Joshi", "Pawar", "Shinde", "Jadhav", "More", "Gaikwad", "Kadam", "Chavan",
        "Bhosale", "Kamble", "Sawant", "Gokhale", "Deshpande", "Mane", "Salunkhe", "Thorat", "Wagh",
    ],
};

static GUJARAT: Region = Region {
    habit: Habit::Western,
    men: &[
        "Bhavesh", "Rameshbhai", "Jignesh", "Hitesh", "Kalpesh", "Nilesh", "Paresh", "Chirag", "Dhaval", "Ketan",
        "Mansukhbhai", "Bharatbhai", "Haresh", "Jayesh", "Kirit", "Mehul", "Pravin", "Tejas", "Vipul", "Dharmesh",
    ],
    women: &[
        "Hetal", "Bhavna", "Kinjal", "Jigna", "Dipika", "Nayana", "Pinal", "Ramilaben", "Kokilaben", "Sejal", "Trupti",
        "Urvashi", "Varsha", "Bhumika", "Chetna", "Dharti", "Falguni", "Heena", "Jalpa", "Mittal",
    ],
    families: &[
        "Patel", "Shah", "Desai", "Mehta", "Parmar", "Solanki", "Chaudhari", "Trivedi", "Vyas", "Dave", "Bhatt", "Modi",
        "Makwana", "Rathod", "Vaghela", "Gohil", "Zala", "Pandya", "Thakkar", "Prajapati",
    ],
};

static TAMIL: Region = Region {
    habit: Habit::Initials,
    men: &[
        "Karthik", "Murugan", "Senthil", "Saravanan", "Kumaran", "Selvam", "Arumugam", "Balaji", "Ganesan", "Prabhu",
        "Rajendran", "Subramanian", "Venkatesan", "Vijayakumar", "Natarajan", "Palani", "Dinesh", "Manikandan", "Ravi",
    ],
    women: &[
        "Lakshmi", "Meenakshi", "Kavitha", "Revathi", "Selvi", "Tamilselvi", "Vasantha", "Malathi", "Nithya", "Priya",
        "Rajeswari", "Saraswathi", "Sumathi", "Thenmozhi", "Uma", "Valli", "Amudha", "Bhuvaneswari", "Deepa", "Gomathi",
    ],
    families: &["Iyer", "Iyengar", "Pillai", "Mudaliar", "Nadar", "Gounder", "Thevar", "Chettiar", "Naicker", "Udayar"],
};

static TELUGU: Region = Region {
    habit: Habit::FamilyFirst,
    men: &[
        "Ramana", "Srinivas", "Ramesh", "Krishna", "Narasimha", "Prasad", "Ravi", "Suresh", "Nagaraju", "Mallesh",
        "Anjaneyulu", "Satyanarayana", "Subba Rao", "Chandrasekhar", "Praveen", "Kiran", "Mahesh", "Rambabu", "Yadagiri",
    ],
    women: &[
        "Padma", "Lakshmi", "Sujatha", "Swapna", "Sailaja", "Aruna", "Bhagya", "Durga", "Eswari", "Hymavathi", "Jyothi",
        "Kalyani", "Madhavi", "Nagamani", "Radhika", "Sirisha", "Sunitha", "Vijaya", "Anusha", "Mounika",
    ],
    families: &[
        "Kandula", "Reddy", "Chowdary", "Nallamothu", "Gutta", "Bandaru", "Peddi", "Kolli", "Vemula", "Yarlagadda",
        "Gorantla", "Pasupuleti", "Akula", "Boddu", "Chintala", "Dasari", "Gaddam", "Jangam", "Katta", "Mekala",
    ],
};

static KANNADA: Region = Region {
    habit: Habit::Initials,
    men: &[
        "Manjunath", "Basavaraj", "Nagaraj", "Shivakumar", "Mallikarjun", "Girish", "Harish", "Lokesh", "Prakash",
        "Raghavendra", "Siddaramappa", "Umesh", "Chandrashekar", "Devaraj", "Eshwar", "Kumaraswamy", "Puneeth", "Yashwanth",
    ],
    women: &[
        "Gowramma", "Lakshmamma", "Shobha", "Roopa", "Savitha", "Bharathi", "Chaitra", "Divya", "Geetha", "Hema",
        "Jayamma", "Kavya", "Mamatha", "Nethravathi", "Pavithra", "Rashmi", "Shilpa", "Sowmya", "Vidya", "Yashoda",
    ],
    families: &["Gowda", "Shetty", "Hegde", "Bhat", "Rao", "Naik", "Patil", "Kulkarni", "Murthy", "Swamy", "Poojary"],
};

static KERALA: Region = Region {
    habit: Habit::Plain,
    men: &[
        "Anoop", "Biju", "Rajeev", "Sajan", "Vinod", "Jijo", "Joseph", "Thomas", "Mathew", "Sreejith", "Unnikrishnan",
        "Manoj", "Pradeep", "Shaji", "Suresh", "Baiju", "Gireesh", "Hari", "Arun", "Ajith",
    ],
    women: &[
        "Anjali", "Bindu", "Sindhu", "Sreeja", "Asha", "Remya", "Lekha", "Mini", "Sheela", "Deepthi", "Athira", "Aswathy",
        "Jisha", "Leela", "Mary", "Omana", "Reena", "Susamma", "Vineetha", "Aleyamma",
    ],
    families: &[
        "Nair", "Menon", "Pillai", "Kurup", "Nambiar", "Varghese", "Mathew", "Thomas", "Joseph", "Kurian", "Panicker",
        "Warrier", "George", "John", "Chacko", "Philip", "K", "P R", "M S", "V K",
    ],
};

static ODISHA: Region = Region {
    habit: Habit::Plain,
    men: &[
        "Bijay", "Prakash", "Sanjaya", "Rabindra", "Ashok", "Pradipta", "Biswaranjan", "Debendra", "Gopinath", "Jagannath",
        "Kailash", "Manas", "Niranjan", "Purna Chandra", "Saroj", "Sudarshan", "Tapan", "Umakanta",
    ],
    women: &[
        "Sasmita", "Puspalata", "Mamata", "Sanjukta", "Minati", "Lipsa", "Itishree", "Jhunu", "Kuni", "Namita",
        "Pratima", "Rashmita", "Sabita", "Snehalata", "Subhadra", "Tilottama", "Urmila",
    ],
    families: &[
        "Mohanty", "Patnaik", "Mishra", "Panda", "Sahoo", "Behera", "Das", "Nayak", "Jena", "Swain", "Rout", "Pradhan",
        "Mohapatra", "Parida", "Senapati", "Barik", "Biswal",
    ],
};

static NORTH_EAST: Region = Region {
    habit: Habit::Plain,
    men: &[
        "Bhaskar", "Dipankar", "Hiranya", "Jitumoni", "Lalrinpuia", "Lalthanmawia", "Temsu", "Imkong", "Ibomcha",
        "Tomba", "Kynsai", "Banteilang", "Tashi", "Pema", "Biplab", "Rantu",
    ],
    women: &[
        "Junali", "Rupali", "Mridusmita", "Lalremruati", "Zothanpuii", "Asenla", "Imnasangla", "Ibemhal", "Memcha",
        "Daphisha", "Ibansara", "Dolma", "Pema", "Barnali", "Niva", "Sangeeta",
    ],
    families: &[
        "Borah", "Gogoi", "Saikia", "Kalita", "Hazarika", "Baruah", "Ralte", "Chhangte", "Ao", "Jamir", "Devi", "Singh",
        "Lyngdoh", "Nongrum", "Bhutia", "Lepcha", "Debbarma", "Sangma",
    ],
};

static CHRISTIAN: Region = Region {
    habit: Habit::Plain,
    men: &[
        "Anthony", "Francis", "Xavier", "Sebastian", "Jude", "Melvin", "Nelson", "Savio", "Wilfred", "Agnelo", "Lloyd",
        "Clifford", "Joaquim", "Roque",
    ],
    women: &[
        "Maria", "Fatima", "Sharon", "Lourdes", "Philomena", "Rosy", "Sandra", "Teresa", "Veronica", "Conceicao", "Esther",
        "Flavia", "Glenda", "Joyce",
    ],
    families: &[
        "D'Souza", "Fernandes", "Pereira", "Rodrigues", "D'Costa", "Lobo", "Pinto", "Gonsalves", "Dias", "Mascarenhas",
        "Noronha", "Carvalho", "D'Mello", "Menezes",
    ],
};
