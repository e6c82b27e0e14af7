//! Why something is told, and what may stand in its place: keys that the site and the server put
//! into words.

use super::{Raw, Subject};
use crate::coded::{Coded, coded_enum};
use crate::policy::FindingCategory as Found;

coded_enum! {
    /// Why a finding is told.
    pub enum Explanation {
        /// Looks like a Danish civil registration number.
        Cpr = "cpr",
        /// Looks like an account or card number.
        BankAccount = "bank_account",
        /// Looks like a phone number.
        Phone = "phone",
        /// Looks like an e-mail address.
        Email = "email",
        /// Looks like a street address.
        Address = "address",
        /// Looks like a name on another service.
        Handle = "handle",
        /// Looks like somebody's name.
        PersonName = "person_name",
        /// Looks like the name of somebody who works with the author.
        Caseworker = "caseworker",
        /// Names a school.
        School = "school",
        /// Names a place of work.
        Workplace = "workplace",
        /// Looks like a licence plate.
        LicencePlate = "licence_plate",
        /// Leads to another site.
        Url = "url",
        /// Tells a position.
        Coordinates = "coordinates",
        /// The author may be in danger now.
        CrisisNow = "crisis_now",
        /// The author tells of a hard time.
        CrisisTold = "crisis_told",
        /// Somebody the author knows may be in danger.
        CrisisOther = "crisis_other",
        /// Somebody seeks contact in a way that is not right.
        Grooming = "grooming",
        /// May hurt people for what they are.
        Hate = "hate",
        /// May hurt or frighten somebody.
        Harassment = "harassment",
        /// Looks like advertising or fraud.
        Spam = "spam",
        /// Asks for or tells of methods.
        MethodInfo = "method_info",
        /// May make an eating disorder stronger.
        ProEd = "pro_ed",
        /// A word that puts people off.
        Stigma = "stigma",
        /// Names people by what they take.
        StigmaDrugs = "stigma_drugs",
        /// Names people by being ill.
        StigmaIllness = "stigma_illness",
        /// Calls people mad.
        StigmaMad = "stigma_mad",
        /// Names people by a diagnosis.
        StigmaDiagnosis = "stigma_diagnosis",
        /// Names people by how they hurt themselves.
        StigmaSelfHarm = "stigma_self_harm",
        /// Names people by a disability.
        StigmaDisability = "stigma_disability",
        /// Says that people suffer from or are victims of something.
        StigmaSuffering = "stigma_suffering",
        /// Speaks of suicide as of a crime or a feat.
        StigmaSuicide = "stigma_suicide",
        /// Names people by what is hard about them.
        StigmaBurden = "stigma_burden",
        /// Makes those who take something unclean.
        StigmaClean = "stigma_clean",
        /// Names people by selling sex.
        StigmaSexWork = "stigma_sex_work",
        /// Names people by a case.
        StigmaClient = "stigma_client",
        /// Names people by having no home.
        StigmaHomeless = "stigma_homeless",
        /// Names people by a sentence.
        StigmaCrime = "stigma_crime",
        /// Calls people unlawful.
        StigmaResidence = "stigma_residence",
        /// Takes a need for contact for a fault.
        StigmaAttention = "stigma_attention",
        /// Makes others abnormal.
        StigmaNormal = "stigma_normal",
    }
}

coded_enum! {
    /// What may stand in the place of something personal.
    pub enum Replacement {
        /// A CPR number was here.
        Cpr = "cpr",
        /// An account number was here.
        BankAccount = "bank_account",
        /// A phone number was here.
        Phone = "phone",
        /// An e-mail address was here.
        Email = "email",
        /// An address was here.
        Address = "address",
        /// A name on another service was here.
        Handle = "handle",
        /// A name was here.
        PersonName = "person_name",
        /// A name of a member of staff was here.
        Caseworker = "caseworker",
        /// A school was here.
        School = "school",
        /// A place of work was here.
        Workplace = "workplace",
        /// A licence plate was here.
        LicencePlate = "licence_plate",
        /// A link was here.
        Url = "url",
        /// A position was here.
        Coordinates = "coordinates",
    }
}

/// Why something found is told.
pub(crate) fn explanation(raw: &Raw) -> Explanation {
    match raw.category {
        Found::Cpr => Explanation::Cpr,
        Found::BankAccount => Explanation::BankAccount,
        Found::Phone => Explanation::Phone,
        Found::Email => Explanation::Email,
        Found::Address => Explanation::Address,
        Found::Handle => Explanation::Handle,
        Found::PersonName => Explanation::PersonName,
        Found::Caseworker => Explanation::Caseworker,
        Found::School => Explanation::School,
        Found::Workplace => Explanation::Workplace,
        Found::LicencePlate => Explanation::LicencePlate,
        Found::Url => Explanation::Url,
        Found::Coordinates => Explanation::Coordinates,
        Found::Suicide | Found::SelfHarm | Found::Abuse | Found::Overdose | Found::RunningAway => match raw.subject {
            Subject::Other => Explanation::CrisisOther,
            _ if raw.past || raw.negated => Explanation::CrisisTold,
            _ => Explanation::CrisisNow,
        },
        Found::Grooming => Explanation::Grooming,
        Found::Hate => Explanation::Hate,
        Found::Harassment => Explanation::Harassment,
        Found::Spam => Explanation::Spam,
        Found::MethodInfo => Explanation::MethodInfo,
        Found::ProEd => Explanation::ProEd,
        Found::Stigma => Explanation::from_code(raw.rule).unwrap_or(Explanation::Stigma),
    }
}

/// What may stand in its place, for what can be taken out of a text.
pub(crate) const fn replacement(category: Found) -> Option<Replacement> {
    Some(match category {
        Found::Cpr => Replacement::Cpr,
        Found::BankAccount => Replacement::BankAccount,
        Found::Phone => Replacement::Phone,
        Found::Email => Replacement::Email,
        Found::Address => Replacement::Address,
        Found::Handle => Replacement::Handle,
        Found::PersonName => Replacement::PersonName,
        Found::Caseworker => Replacement::Caseworker,
        Found::School => Replacement::School,
        Found::Workplace => Replacement::Workplace,
        Found::LicencePlate => Replacement::LicencePlate,
        Found::Url => Replacement::Url,
        Found::Coordinates => Replacement::Coordinates,
        _ => return None,
    })
}
