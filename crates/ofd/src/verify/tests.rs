use super::*;
use crate::model::{A4, Document, Page, Rect};
use crate::sample;
use crate::sign::{self, NewSealing};
use crate::sm2::{LocalSigner, Memory, Signer};
use crate::verdict::SealStatus;
use crate::x509::{Revocation, Trust};

fn signer() -> LocalSigner {
    let signature = SealSignature::parse(&sample::signature(), &Limits::default()).unwrap();
    LocalSigner::new(sample::signer_key(), signature.signer().clone()).unwrap()
}

fn when() -> Time {
    sample::time("20260924020000Z")
}

fn pages(count: usize) -> Package {
    let page = Page { area: A4, objects: Vec::new(), annotations: Vec::new() };
    let document = Document { pages: vec![page; count], ..Document::default() };
    crate::write::write(&document).unwrap()
}

fn stamp(page: usize) -> Stamp {
    Stamp { page, boundary: Rect::new(100.0, 200.0, 42.0, 42.0), clip: None }
}

fn sealed() -> Package {
    let mut package = pages(2);
    seal(&mut package, when());
    package
}

fn seal(package: &mut Package, time: Time) {
    let seal = sample::seal();
    let new = NewSealing { seal: &seal, stamps: &[stamp(0)], time };
    sign::seal(package, &new, &signer()).unwrap();
}

fn check(package: &Package) -> Verification {
    check_at(package, &sample::trust(), when(), SealStatus::Valid)
}

fn check_at(package: &Package, trust: &Trust, now: Time, status: SealStatus) -> Verification {
    let seal_status = |_: &Seal, _: Time| status;
    let context = Context { trust, now, making: false, seal_status: &seal_status, memory: None };
    verify(&package.to_bytes(), &Limits::default(), &context).unwrap()
}

fn text(package: &Package, path: &str) -> String {
    String::from_utf8(package.get(path).unwrap().to_vec()).unwrap()
}

const XML: &str = "Doc_0/Signs/Sign_0/Signature.xml";

#[test]
fn a_sealed_package_holds_and_says_who_sealed_it() {
    let report = check(&sealed());
    assert!(report.ok(), "{report:?}");
    let signature = &report.signatures[0];
    assert_eq!((signature.id.as_str(), signature.seal_name.as_str()), ("s001", "江苏省测试厅"));
    assert_eq!(signature.es_id, "32000020260001");
    assert_eq!(signature.time, Some(when()));
    assert_eq!(signature.stamps, [stamp(0)]);
    assert!(signature.picture.as_ref().unwrap().data.starts_with(b"\x89PNG"));
    let seals = seals(&sealed(), &Limits::default());
    assert_eq!(seals.iter().map(Seal::es_id).collect::<Vec<_>>(), ["32000020260001"]);
}

fn unchecked(report: &Verification) -> Vec<&'static str> {
    let open = report.signatures[0].steps().filter(|(_, mark)| *mark == Mark::NotChecked);
    open.map(|(code, _)| code.name()).collect()
}

#[test]
fn what_is_missing_was_not_checked_and_is_not_said_to_hold() {
    assert_eq!(unchecked(&check(&sealed())), [""; 0]);
    let mut package = sealed();
    package.remove("Doc_0/Signs/Sign_0/SignedValue.dat");
    let report = check(&package);
    assert!(!report.ok());
    for wanted in ["BAD_VERSION", "SEAL_FORGED", "SIGN_INVALID", "SIGN_XML_CHANGED", "TIME_INVALID"] {
        assert!(unchecked(&report).contains(&wanted), "{wanted}: {:?}", unchecked(&report));
    }
    assert!(!unchecked(&report).contains(&"CONTENT_CHANGED"), "the references were compared");
    let mut package = sealed();
    package.remove(XML);
    let report = check(&package);
    assert_eq!(report.codes(), ["BAD_FORMAT", "UNPROTECTED"]);
    assert_eq!(unchecked(&report).len(), Code::ALL.len() - 1, "nothing but the format");
}

#[test]
fn sealing_is_deterministic() {
    assert_eq!(sealed().to_bytes(), sealed().to_bytes());
}

#[test]
fn a_second_seal_leaves_the_first_whole_and_protects_it() {
    let mut package = sealed();
    let entrance = package.get("OFD.xml").unwrap().to_vec();
    seal(&mut package, Time(when().0 + 60));
    assert_eq!(package.get("OFD.xml").unwrap(), entrance, "a later seal changes no signed file");
    let report = check(&package);
    assert!(report.ok(), "{report:?}");
    assert_eq!(report.signatures.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["s001", "s002"]);
    let second = text(&package, "Doc_0/Signs/Sign_1/Signature.xml");
    assert!(second.contains("/Doc_0/Signs/Sign_0/SignedValue.dat"));
    package.remove("Doc_0/Signs/Sign_0/SignedValue.dat");
    assert!(check(&package).signatures[1].findings.iter().any(|f| f.code == Code::ContentChanged));
}

#[test]
fn a_change_in_any_file_is_found() {
    let sound = sealed();
    let names: Vec<String> = sound.paths().map(str::to_owned).collect();
    for name in names.iter().filter(|name| !name.ends_with("Signatures.xml")) {
        let mut package = sound.clone();
        let mut bytes = package.get(name).unwrap().to_vec();
        let last = bytes.len() - 1;
        // Within text this is still XML: a space before the last character.
        match bytes[last] {
            b'>' => bytes.insert(last, b' '),
            _ => bytes[last] ^= 1,
        }
        package.put(name, bytes).unwrap();
        assert!(!check(&package).ok(), "{name} was changed");
    }
    // The list is open, but what it leaves out is then unprotected, and what it renames is not found.
    let mut package = sound.clone();
    package
        .put(
            "Doc_0/Signs/Signatures.xml",
            text(&sound, "Doc_0/Signs/Signatures.xml").replace("Sign_0", "Sign_9").into_bytes(),
        )
        .unwrap();
    assert!(!check(&package).ok());
}

/// A memory that knows the seal, its certificates and the multiples of the signer's key.
fn warm() -> Memory {
    let (memory, package) = (Memory::new(100), sealed());
    for _ in 0..20 {
        assert!(check_remembering(&package, &sample::trust(), SealStatus::Valid, Some(&memory)).ok());
    }
    memory
}

fn check_remembering(
    package: &Package,
    trust: &Trust,
    status: SealStatus,
    memory: Option<&Memory>,
) -> Verification {
    let seal_status = |_: &Seal, _: Time| status;
    let context = Context { trust, now: when(), making: false, seal_status: &seal_status, memory };
    verify(&package.to_bytes(), &Limits::default(), &context).unwrap()
}

#[test]
fn what_was_seen_before_hides_no_change_in_any_file() {
    let (sound, memory, trust) = (sealed(), warm(), sample::trust());
    for name in sound.paths() {
        let length = sound.get(name).unwrap().len();
        // Through the whole of seals and signature values, and at some places of the rest.
        let step = if name.contains("Sign_0") { 61 } else { 577 };
        for at in (0..length).step_by(step).chain([length - 1]) {
            let mut package = sound.clone();
            let mut bytes = package.get(name).unwrap().to_vec();
            bytes[at] ^= 1;
            package.put(name, bytes).unwrap();
            let seal_status = |_: &Seal, _: Time| SealStatus::Valid;
            let context = |memory| Context {
                trust: &trust,
                now: when(),
                making: false,
                seal_status: &seal_status,
                memory,
            };
            let found = |memory| verify_package(&package, &Limits::default(), &context(memory));
            match (found(None), found(Some(&memory))) {
                (Ok(plain), Ok(remembering)) => {
                    assert_eq!(plain.codes(), remembering.codes(), "{name} {at}");
                    assert_eq!(plain.unprotected, remembering.unprotected, "{name} {at}");
                    let list = name.ends_with("Signatures.xml");
                    assert!(list || !remembering.ok(), "{name} {at}");
                }
                (plain, remembering) => assert_eq!(plain.err(), remembering.err(), "{name} {at}"),
            }
        }
    }
}

#[test]
fn who_is_trusted_and_what_was_revoked_is_asked_anew() {
    let (package, memory) = (sealed(), warm());
    let nobody = check_remembering(&package, &Trust::default(), SealStatus::Valid, Some(&memory));
    assert_eq!(nobody.codes(), ["MAKER_UNTRUSTED", "SIGNER_UNTRUSTED"]);
    let revoked = check_remembering(&package, &sample::trust(), SealStatus::Revoked, Some(&memory));
    assert_eq!(revoked.codes(), ["SEAL_REVOKED"]);
    let mut trust = sample::trust();
    let serial = signer().certificate().serial().to_vec();
    trust.crls.push(sample::crl("20351231235959Z", &[(serial, Revocation { at: when(), reason: 1 })]));
    let lost = check_remembering(&package, &trust, SealStatus::Valid, Some(&memory));
    assert_eq!(lost.codes(), ["SIGNER_UNTRUSTED"]);
    assert!(check_remembering(&package, &sample::trust(), SealStatus::Valid, Some(&memory)).ok());
}

#[test]
fn a_seal_its_holder_altered_is_forged_each_time() {
    let mut altered = sample::seal();
    let at = altered.windows(3).position(|window| window == "省".as_bytes()).unwrap();
    altered[at..at + 3].copy_from_slice("市".as_bytes());
    let mut package = pages(1);
    let new = NewSealing { seal: &altered, stamps: &[stamp(0)], time: when() };
    sign::seal(&mut package, &new, &signer()).unwrap();
    let memory = warm();
    for _ in 0..3 {
        let found = check_remembering(&package, &sample::trust(), SealStatus::Valid, Some(&memory));
        assert_eq!(found.codes(), ["SEAL_FORGED"]);
    }
}

#[test]
fn seals_whose_maker_nobody_trusts_are_not_kept() {
    let memory = Memory::new(100);
    for _ in 0..20 {
        check_remembering(&sealed(), &Trust::default(), SealStatus::Valid, Some(&memory));
    }
    assert!(!memory.knows(&sample::seal()) && warm().knows(&sample::seal()));
}

#[test]
fn a_file_added_or_removed_is_found() {
    let mut added = sealed();
    added.put("Doc_0/Annots/Page_0/Annotation.xml", b"<a/>".to_vec()).unwrap();
    let report = check(&added);
    assert_eq!(report.unprotected, ["Doc_0/Annots/Page_0/Annotation.xml"]);
    assert_eq!(report.codes(), ["UNPROTECTED"]);
    let mut removed = sealed();
    removed.remove("Doc_0/Pages/Page_1/Content.xml");
    assert_eq!(check(&removed).codes()[0], "CONTENT_CHANGED");
}

/// One reader would show the first document and another the second; what is shown must be what was signed.
#[test]
fn a_first_document_that_leads_nowhere_is_refused_by_all() {
    let mut package = pages(1);
    let entrance = text(&package, "OFD.xml");
    let start = entrance.find("<ofd:DocBody>").unwrap();
    let with_first = |body: &str| [&entrance[..start], body, &entrance[start..]].concat().into_bytes();
    for first in ["<ofd:DocBody/>", "<ofd:DocBody><ofd:DocRoot>../../x</ofd:DocRoot></ofd:DocBody>"] {
        package.put("OFD.xml", with_first(first)).unwrap();
        let limits = Limits::default();
        assert_eq!(crate::read::read(&package, &limits).unwrap_err().reason, "ofd.entrance");
        assert_eq!(sign::plain(&mut package.clone(), when(), &signer()).unwrap_err().reason, "ofd.entrance");
        let trust = sample::trust();
        let context = Context {
            trust: &trust,
            now: when(),
            making: false,
            seal_status: &|_, _| SealStatus::Valid,
            memory: None,
        };
        assert_eq!(verify_package(&package, &limits, &context).unwrap_err().reason, "ofd.entrance");
    }
}

#[test]
fn without_a_signature_nothing_is_proven() {
    let report = check(&pages(1));
    assert!(!report.ok());
    assert_eq!(report.codes(), ["NO_SIGNATURE"]);
}

#[test]
fn values_of_two_signatures_cannot_be_swapped() {
    let mut package = sealed();
    seal(&mut package, Time(when().0 + 60));
    let name = |number: usize| format!("Doc_0/Signs/Sign_{number}/SignedValue.dat");
    let (first, second) = (package.get(&name(0)).unwrap().to_vec(), package.get(&name(1)).unwrap().to_vec());
    package.put(&name(0), second).unwrap();
    package.put(&name(1), first).unwrap();
    let report = check(&package);
    assert!(report.signatures.iter().all(|signature| !signature.ok()), "{report:?}");
    assert!(report.codes().contains(&"SIGN_XML_CHANGED"));
    assert!(report.codes().contains(&"PATH_DIFFERS"));
}

/// Signs a `Signature.xml` as it stands, as a malicious holder of a seal might.
fn forged(change: impl FnOnce(String) -> String) -> Verification {
    let mut package = sealed();
    let xml = change(text(&package, XML)).into_bytes();
    let value =
        ses::make_signature(&sample::seal(), when(), &crate::sm2::sm3(&xml), &format!("/{XML}"), &signer());
    package.put(XML, xml).unwrap();
    package.put("Doc_0/Signs/Sign_0/SignedValue.dat", value.unwrap()).unwrap();
    check(&package)
}

#[test]
fn what_could_be_read_in_two_ways_is_refused_although_it_is_signed() {
    assert!(forged(|xml| xml).ok(), "signing again what stands is no forgery");
    let twice = forged(|xml| {
        let start = xml.find("<ofd:SignedInfo>").unwrap();
        let end = xml.find("</ofd:SignedInfo>").unwrap() + "</ofd:SignedInfo>".len();
        format!("{}{}{}", &xml[..end], &xml[start..end], &xml[end..])
    });
    assert_eq!(twice.codes()[0], "BAD_FORMAT");
    let alias = forged(|xml| {
        let row = "<ofd:Reference FileRef=\"/Doc_0/./OFD/../../OFD.xml\"><ofd:CheckValue>AAAA</ofd:CheckValue></ofd:Reference>";
        xml.replace("</ofd:References>", &format!("{row}</ofd:References>"))
    });
    assert_eq!(alias.codes()[0], "CONTENT_CHANGED", "an alias is the same file, a second time");
    let fewer = forged(|xml| {
        let start = xml.find("<ofd:Reference FileRef=\"/Doc_0/Pages/Page_0").unwrap();
        let end = start + xml[start..].find("</ofd:Reference>").unwrap() + "</ofd:Reference>".len();
        format!("{}{}", &xml[..start], &xml[end..])
    });
    assert_eq!(fewer.unprotected, ["Doc_0/Pages/Page_0/Content.xml"]);
    assert!(!fewer.ok());
    let other_digest = forged(|xml| xml.replace("1.2.156.10197.1.401", "1.2.840.113549.2.5"));
    assert_eq!(other_digest.codes()[0], "CONTENT_CHANGED");
    let outside = forged(|xml| xml.replace("FileRef=\"/OFD.xml\"", "FileRef=\"../../../../OFD.xml\""));
    assert!(!outside.ok());
    assert!(forged(|xml| xml.replace("1.2.156.10197.1.401", "SM3")).ok(), "both names of SM3 occur");
}

#[test]
fn a_loose_seal_that_is_not_the_one_that_signed_is_found() {
    let mut package = sealed();
    let mut other = sample::seal();
    let last = other.len() - 1;
    other[last] ^= 1;
    package.put("Doc_0/Signs/Sign_0/Seal.esl", other).unwrap();
    let codes = check(&package).codes();
    assert!(codes.contains(&"SEAL_FORGED") && codes.contains(&"CONTENT_CHANGED"), "{codes:?}");
}

#[test]
fn all_findings_are_reported_and_not_the_first_alone() {
    let mut package = sealed();
    package.put("Doc_0/Pages/Page_0/Content.xml", b"<a/>".to_vec()).unwrap();
    let report = check_at(&package, &Trust::default(), when(), SealStatus::Revoked);
    assert_eq!(
        report.codes(),
        ["MAKER_UNTRUSTED", "SEAL_REVOKED", "SIGNER_UNTRUSTED", "CONTENT_CHANGED", "UNPROTECTED"]
    );
}

#[test]
fn a_seal_that_has_expired_since_stays_valid_where_it_was_used_in_time() {
    let later = Time::from_utc((2031, 1, 1, 0, 0, 0)).unwrap();
    assert!(check_at(&sealed(), &sample::trust(), later, SealStatus::Valid).ok());
}

#[test]
fn a_list_of_revoked_certificates_that_is_missing_or_old_is_told_and_spoils_nothing() {
    let mut plain = pages(1);
    sign::plain(&mut plain, when(), &signer()).unwrap();
    for package in [sealed(), plain] {
        let detail = |crls| {
            let trust = Trust { crls, ..sample::trust() };
            let report = check_at(&package, &trust, when(), SealStatus::Valid);
            assert!(report.ok() && report.signatures[0].ok(), "{report:?}");
            report.signatures[0]
                .findings
                .iter()
                .map(|f| format!("{} {}", f.code, f.detail))
                .collect::<Vec<_>>()
        };
        assert_eq!(detail(vec![]), ["REVOCATION_UNKNOWN NO_LIST"]);
        let old = sample::crl("20260924015959Z", &[]);
        assert_eq!(detail(vec![old]), ["REVOCATION_UNKNOWN LIST_UNTIL 2026-09-24 09:59:59"]);
        assert_eq!(detail(vec![sample::crl("20260924020000Z", &[])]), [""; 0]);
    }
    // An old list tells what it knows all the same; of whom nobody trusts there is nothing to add.
    let serial = signer().certificate().serial().to_vec();
    let revoked = sample::crl("20260901000000Z", &[(serial, Revocation { at: when(), reason: 1 })]);
    let trust = Trust { crls: vec![revoked], ..sample::trust() };
    assert_eq!(check_at(&sealed(), &trust, when(), SealStatus::Valid).codes(), ["SIGNER_UNTRUSTED"]);
}

#[test]
fn a_signature_without_a_seal_holds_too() {
    let mut package = pages(1);
    sign::plain(&mut package, when(), &signer()).unwrap();
    let report = check(&package);
    assert!(report.ok(), "{report:?}");
    assert_eq!(report.signatures[0].kind, Kind::Sign);
    assert_eq!(report.signatures[0].signer, signer().certificate().common_name());
    package
        .put("Doc_0/Document.xml", text(&package, "Doc_0/Document.xml").replace("210", "211").into_bytes())
        .unwrap();
    assert_eq!(check(&package).codes(), ["CONTENT_CHANGED", "UNPROTECTED"].map(|code| code));
}

#[test]
fn no_bit_of_a_sealed_file_turns_without_being_seen() {
    let bytes = sealed().to_bytes();
    let status = |_: &Seal, _: Time| SealStatus::Valid;
    let trust = sample::trust();
    let context = Context { trust: &trust, now: when(), making: false, seal_status: &status, memory: None };
    // Each hundredth bit or so, another one in each run of the loop: all bytes are met in their turn.
    for bit in (0..bytes.len() * 8).step_by(97) {
        let mut turned = bytes.clone();
        turned[bit / 8] ^= 1 << (bit % 8);
        if let Ok(report) = verify(&turned, &Limits::default(), &context) {
            let same = Package::open(&turned, &Limits::default()).unwrap() == sealed();
            assert!(!report.ok() || same, "bit {bit}");
        }
    }
}

#[test]
fn aliases_of_a_file_protect_nothing() {
    const PAGE: &str = "/Doc_0/Pages/Page_0/Content.xml";
    for alias in [
        "/doc_0/Pages/Page_0/Content.xml",
        "/./Doc_0/Pages/Page_0/Content.xml",
        "//Doc_0/Pages/Page_0/Content.xml",
        "/Doc_0/Pages/../Pages/Page_0/Content.xml",
        "/Doc_0\\Pages\\Page_0\\Content.xml",
        "/Doc_0/Pages/Page_0/Content.xml%20",
        "/Doc_0/%50ages/Page_0/Content.xml",
        "../../Pages/Page_0/Content.xml",
    ] {
        let found = forged(|xml| xml.replacen(PAGE, alias, 1));
        assert_eq!(found.codes()[0], "CONTENT_CHANGED", "{alias}");
    }
}

#[test]
fn texts_signed_to_be_read_in_two_ways_are_refused() {
    let info = "<x:SignedInfo><References CheckMethod='SM3'/></x:SignedInfo>";
    for (old, new) in [
        ("<ofd:SignedInfo>", format!("{info}<ofd:SignedInfo>")),
        ("<ofd:References ", "<ofd:References/><ofd:References ".to_owned()),
        ("FileRef=", "x:FileRef=\"/OFD.xml\" FileRef=".to_owned()),
        ("<ofd:SignedValue>", "<ofd:SignedValue>a</ofd:SignedValue><ofd:SignedValue>".to_owned()),
        ("</ofd:CheckValue>", "</ofd:CheckValue><ofd:CheckValue/>".to_owned()),
        ("<ofd:Signature ", "<ofd:Other ".to_owned()),
        ("<?xml version", "<!DOCTYPE a><?xml version".to_owned()),
    ] {
        let found = forged(|xml| {
            let end = if new.contains("Other") { "</ofd:Other>" } else { "</ofd:Signature>" };
            xml.replacen(old, &new, 1).replace("</ofd:Signature>", end)
        });
        assert_eq!(found.codes()[0], "BAD_FORMAT", "{new}");
    }
}

#[test]
fn a_mark_at_the_beginning_does_no_harm() {
    assert!(forged(|xml| format!("\u{FEFF}{xml}")).ok());
}

#[test]
fn a_signature_lost_from_the_list_or_in_it_twice_is_found() {
    const LIST: &str = "Doc_0/Signs/Signatures.xml";
    let mut whole = sealed();
    seal(&mut whole, when());
    let change = |old: &str, new: &str| {
        let mut package = whole.clone();
        let list = text(&package, LIST);
        assert!(list.contains(old), "{list}");
        package.put(LIST, list.replace(old, new).into_bytes()).unwrap();
        check(&package)
    };
    let row = "<ofd:Signature ID=\"s001\" Type=\"Seal\" BaseLoc=\"/Doc_0/Signs/Sign_0/Signature.xml\"/>";
    let lost = change(row, "");
    assert_eq!(lost.signatures[0].findings[0].detail, format!("NOT_LISTED {XML}"));
    assert!(!lost.ok());
    assert!(!change("Sign_1/", "Sign_0/").ok());
    assert!(!change("Type=\"Seal\"", "Type=\"Sign\"").ok());
}

#[test]
fn a_copy_of_a_signature_elsewhere_leaves_the_original_unprotected() {
    let mut package = sealed();
    package.put("Doc_0/Signs/Sign_7/Signature.xml", package.get(XML).unwrap().to_vec()).unwrap();
    let list = text(&package, "Doc_0/Signs/Signatures.xml").replace("Sign_0", "Sign_7");
    package.put("Doc_0/Signs/Signatures.xml", list.into_bytes()).unwrap();
    let found = check(&package);
    assert!(found.codes().contains(&"PATH_DIFFERS"));
    assert_eq!(found.unprotected, [XML]);
    assert!(!found.ok());
}
