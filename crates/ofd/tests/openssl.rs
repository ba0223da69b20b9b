//! What we make, the installed `openssl` accepts; what it makes, we accept. Fails when it is missing.

use base64ct::{Base64, Encoding};
use ofd::sm2::{self, LocalSigner, PrivateKey, PublicKey, Signature, Signer};
use ofd::x509::{
    Certificate, Crl, Name, NewCertificate, NewCrl, Revocation, Trust, Untrusted, issue, issue_crl,
};
use ofd::{Result, Time};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// SM2 needs the signer's identity said aloud there.
const ID: &str = "distid:1234567812345678";

/// A folder of its own for each test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).unwrap();
    }

    fn pem(&self, name: &str, kind: &str, der: &[u8]) {
        let body = Base64::encode_string(der);
        let lines: Vec<&str> =
            body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        self.put(name, format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n")));
    }

    fn get(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }

    /// Runs `openssl`, its arguments separated by spaces.
    fn run(&self, arguments: &str) -> Output {
        Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(&self.0)
            .output()
            .expect("these tests need the command openssl, version 3")
    }

    fn good(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "openssl {arguments}\n{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    /// Refused, for a reason that contains these words.
    fn refused(&self, arguments: &str, words: &str) {
        let output = self.run(arguments);
        let text =
            [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
        assert!(!output.status.success() && text.contains(words), "openssl {arguments}\n{text}");
    }
}

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(&[seed; 32]).unwrap()
}

fn signs(key: &PrivateKey) -> impl Fn(&[u8]) -> Result<Signature> {
    let key = key.clone();
    move |message: &[u8]| Ok(key.sign(message))
}

fn time(year: i64) -> Time {
    Time::from_utc((year, 1, 1, 0, 0, 0)).unwrap()
}

fn name(common: &str) -> Name {
    Name::new(&[("C", "CN"), ("ST", "江苏省"), ("O", "示例机构"), ("CN", common)]).unwrap()
}

/// A certificate by `issuer` with serial number `serial`, which is also the seed of its key.
fn certificate(serial: u8, subject: &str, issuer: (u8, &str), ca: bool) -> Certificate {
    let (own_key, issuer_key) = (key(serial), key(issuer.0));
    let new = NewCertificate {
        serial: &[serial],
        subject: &name(subject),
        issuer: &name(issuer.1),
        public_key: own_key.public_key(),
        issuer_key: issuer_key.public_key(),
        not_before: time(2026),
        // beyond 2049, where the kind of time changes
        not_after: time(2055),
        ca,
        path_length: if ca && serial == issuer.0 { Some(1) } else { None },
    };
    issue(&new, &signs(&issuer_key)).unwrap()
}

/// Root, authority below it, signer; as files too.
fn chain(folder: &Folder) -> [Certificate; 3] {
    let chain = [
        certificate(1, "测试根", (1, "测试根"), true),
        certificate(2, "测试制章者", (1, "测试根"), true),
        certificate(3, "测试签章人", (2, "测试制章者"), false),
    ];
    for (file, certificate) in ["root.pem", "middle.pem", "signer.pem"].iter().zip(&chain) {
        folder.pem(file, "CERTIFICATE", certificate.der());
    }
    chain
}

#[test]
fn openssl_follows_our_chain_strictly() {
    let folder = Folder::new("chain");
    chain(&folder);
    // The option sets the identity of the certificate asked about only, so each link is asked about.
    let verify = format!("verify -x509_strict -partial_chain -vfyopt {ID}");
    let at = |year| format!("-attime {}", time(year).0);
    for link in
        ["-trusted root.pem root.pem", "-trusted root.pem middle.pem", "-trusted middle.pem signer.pem"]
    {
        folder.good(&format!("{verify} {} {link}", at(2054)));
        folder.refused(&format!("{verify} {} {link}", at(2056)), "expired");
        folder.refused(&format!("{verify} {} {link}", at(2025)), "not yet valid");
    }
    folder.refused(
        &format!("{verify} {} -trusted root.pem signer.pem", at(2054)),
        "unable to get local issuer",
    );
    let text = folder.good("x509 -in signer.pem -noout -text");
    for words in
        ["SM2-with-SM3", "ASN1 OID: SM2", "Key Usage: critical", "Digital Signature, Non Repudiation"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(folder.good("x509 -in root.pem -noout -text").contains("CA:TRUE, pathlen:1"));
    let subject = folder.good("x509 -in signer.pem -noout -subject -nameopt utf8");
    assert!(subject.contains("测试签章人"), "{subject}");
}

#[test]
fn openssl_reads_our_revocation_list() {
    let folder = Folder::new("crl");
    let [_, middle, signer] = chain(&folder);
    let revoked = [(signer.serial().to_vec(), Revocation { at: time(2027), reason: 4 })];
    let list = |revoked| {
        let new =
            NewCrl { issuer: &middle, number: 7, this_update: time(2027), next_update: time(2028), revoked };
        issue_crl(&new, &signs(&key(2))).unwrap()
    };
    folder.pem("crl.pem", "X509 CRL", list(&revoked).der());
    folder.pem("empty.pem", "X509 CRL", list(&[]).der());
    let text = folder.good("crl -in crl.pem -noout -text -nameopt utf8");
    for words in ["SM2-with-SM3", "Superseded", "X509v3 CRL Number", "Jan  1 00:00:00 2027 GMT"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    // `verify -crl_check` cannot be told the identity for a list: its parts are cut out by openssl instead.
    folder.put("crl.der", list(&revoked).der());
    let parts = folder.good("asn1parse -inform DER -in crl.der");
    let offset = |line: Option<&str>| line.and_then(|line| line.split_once(':')).unwrap().0.trim().to_owned();
    let top = || parts.lines().filter(|line| line.contains("d=1 "));
    let (tbs, signature) = (offset(top().next()), offset(top().next_back()));
    folder.good(&format!("asn1parse -inform DER -in crl.der -noout -strparse {tbs} -out tbs"));
    folder.good(&format!("asn1parse -inform DER -in crl.der -noout -strparse {signature} -out signature"));
    folder.put("key.pem", folder.good("x509 -in middle.pem -noout -pubkey"));
    folder.good(&format!("dgst -sm3 -verify key.pem -sigopt {ID} -signature signature tbs"));
    assert_eq!(list(&revoked).der()[4..][..folder.get("tbs").len()], folder.get("tbs"));
    folder.good("crl -in empty.pem -noout -text");
}

#[test]
fn openssl_verifies_our_signatures() {
    let folder = Folder::new("sign");
    let [.., signer] = chain(&folder);
    let signer = LocalSigner::new(key(3), signer).unwrap();
    folder.put("message", "政务服务");
    folder.put("signature", signer.sign("政务服务".as_bytes()).unwrap().to_der());
    folder.put("key.pem", folder.good("x509 -in signer.pem -noout -pubkey"));
    let verify = format!("dgst -sm3 -verify key.pem -sigopt {ID} -signature signature");
    assert!(folder.good(&format!("{verify} message")).contains("Verified OK"));
    folder.put("other", "政务公开");
    folder.refused(&format!("{verify} other"), "Verification failure");
    let digest = folder.good("dgst -sm3 -r message");
    let own: String = sm2::sm3("政务服务".as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(digest.starts_with(&own), "{digest}");
}

#[test]
fn we_verify_what_openssl_signs_and_issues() {
    let folder = Folder::new("theirs");
    for file in ["ca", "signer"] {
        folder.good(&format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out {file}.key"));
    }
    folder.good(&format!(
        "req -new -x509 -sm3 -key ca.key -subj /C=CN/CN=CA -sigopt {ID} -days 99 -out ca.pem"
    ));
    folder.good(&format!("req -new -sm3 -key signer.key -subj /C=CN/O=X/CN=S -sigopt {ID} -out signer.csr"));
    folder.put("usage", "keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n");
    folder.good(&format!(
        "x509 -req -sm3 -in signer.csr -CA ca.pem -CAkey ca.key -sigopt {ID} -vfyopt {ID} -set_serial 255 \
         -days 99 -extfile usage -out signer.pem"
    ));
    for file in ["ca", "signer"] {
        folder.good(&format!("x509 -in {file}.pem -outform DER -out {file}.der"));
    }
    let (ca, signer) = (
        Certificate::parse(&folder.get("ca.der")).unwrap(),
        Certificate::parse(&folder.get("signer.der")).unwrap(),
    );
    assert_eq!((signer.common_name(), signer.serial()), ("S", &[0, 255][..]));
    assert!(ca.is_ca() && signer.may_sign() && !signer.is_ca());
    let trust = Trust { anchors: vec![ca.clone()], ..Trust::default() };
    assert_eq!(trust.check(&signer, signer.not_before()), Ok(()));
    assert_eq!(trust.check(&signer, Time(signer.not_after().0 + 1)), Err(Untrusted::Expired));
    assert!(!signer.signed_by(signer.public_key(), None));

    folder.put("message", "a message");
    folder.good(&format!("dgst -sm3 -sign signer.key -sigopt {ID} -out signature message"));
    let signature = Signature::from_either(&folder.get("signature")).unwrap();
    assert!(signer.public_key().verify(b"a message", &signature));
    assert!(!signer.public_key().verify(b"a massage", &signature));
    assert!(!ca.public_key().verify(b"a message", &signature));
}

#[test]
fn ciphertexts_pass_both_ways() {
    let folder = Folder::new("encrypt");
    let (own, message) = (key(5), b"sixteen bytes ok");
    folder.pem("own.pem", "EC PRIVATE KEY", &sec1(&own));
    folder.good("pkey -in own.pem -pubout -out public.pem");
    folder.put("clear", message);
    folder.good("pkeyutl -encrypt -pubin -inkey public.pem -in clear -out theirs");
    assert_eq!(own.decrypt(&folder.get("theirs")).unwrap(), message);
    let sealed = sm2::encrypt_der(own.public_key(), message, &mut |bytes| bytes.fill(0x35)).unwrap();
    folder.put("ours", sealed);
    folder.good("pkeyutl -decrypt -inkey own.pem -in ours -out opened");
    assert_eq!(folder.get("opened"), message);
}

/// `ECPrivateKey` (RFC 5915) on the SM2 curve: 119 bytes of content.
fn sec1(key: &PrivateKey) -> Vec<u8> {
    let public: &PublicKey = key.public_key();
    [
        &[0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20][..],
        &key.to_bytes(),
        &[0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d],
        &[0xa1, 0x44, 0x03, 0x42, 0x00],
        &public.to_sec1(),
    ]
    .concat()
}

#[test]
fn we_read_the_revocation_list_openssl_issues() {
    let folder = Folder::new("their_crl");
    folder.good("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out ca.key");
    folder.good(&format!(
        "req -new -x509 -sm3 -key ca.key -subj /C=CN/CN=CA -sigopt {ID} -days 99 -out ca.pem"
    ));
    folder.put("index", "R\t550101000000Z\t260601000000Z,superseded\t0A\tunknown\t/C=CN/CN=S\n");
    folder.put("number", "05\n");
    folder.put(
        "conf",
        "[ca]\ndefault_ca=a\n[a]\ndatabase=index\ncrlnumber=number\ndefault_md=sm3\ndefault_crl_days=9\n",
    );
    folder.good(&format!("ca -gencrl -config conf -keyfile ca.key -cert ca.pem -sigopt {ID} -out crl.pem"));
    folder.good("crl -in crl.pem -outform DER -out crl.der");
    folder.good("x509 -in ca.pem -outform DER -out ca.der");
    let (ca, list) =
        (Certificate::parse(&folder.get("ca.der")).unwrap(), Crl::parse(&folder.get("crl.der")).unwrap());
    assert!(list.signed_by(&ca, None));
    let at = Time::from_utc((2026, 6, 1, 0, 0, 0)).unwrap();
    assert_eq!(list.revocation(&[10]), Some(Revocation { at, reason: 4 }));
    assert_eq!(list.revocation(&[11]), None);
}
