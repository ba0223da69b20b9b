//! A page with text, a table, a picture and an outline, and parties who do not exist to seal it.

use ofd::model::*;
use ofd::package::Package;
use ofd::ses::{self, CertList, NewSeal};
use ofd::sign::{self, NewSealing, Stamp};
use ofd::sm2::{LocalSigner, PrivateKey};
use ofd::x509::{Certificate, Name, NewCertificate, NewCrl, Trust, issue, issue_crl};
use ofd::{Result, Time};

/// 24 September 2026, 10:00 in Beijing.
pub const NOW: Time = Time(1_790_215_200);
const YEAR: i64 = 366 * 86_400;

/// A red square of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDATx\xdac\xf8\xcf\xc0\0\0\x03\x01\x01\0\xf7\x03AC\0\0\0\0IEND\xaeB`\x82";

pub fn document() -> Document {
    let mut objects = vec![text(60.0, 30.0, 8.0, "电子证照样例")];
    for row in 0..8 {
        let y = 60.0 + 12.0 * f64::from(row);
        objects.push(line(y));
        objects.push(text(25.0, y + 3.0, 4.5, "持证主体"));
        objects.push(text(80.0, y + 3.0, 4.5, "江苏测试企业有限公司（虚构）"));
    }
    let boundary = Rect::new(150.0, 180.0, 30.0, 30.0);
    objects.push(Object::Image(Placed { boundary, ctm: None, alpha: 255, image: 0 }));
    let custom = [("ZZMC", "样例证照"), ("ZZBH", "SAMPLE-1")];
    Document {
        info: Info {
            id: "0123456789abcdef0123456789abcdef".into(),
            title: "电子证照样例".into(),
            author: "江苏省测试厅".into(),
            created_on: "2026-09-24".into(),
            creator: "ofd".into(),
            custom: custom.map(|(name, value)| (name.into(), value.into())).into(),
        },
        fonts: vec![Font { name: "宋体".into(), family: "宋体".into(), ..Font::default() }],
        images: vec![Image { format: ImageFormat::Png, bytes: PNG.to_vec() }],
        pages: vec![Page { area: A4, objects, annotations: vec![] }],
        attachments: vec![],
    }
}

fn text(x: f64, y: f64, size: f64, words: &str) -> Object {
    let count = words.chars().count();
    let run = Run {
        x: 0.0,
        y: size * 0.85,
        delta_x: vec![size; count - 1],
        delta_y: vec![],
        text: words.to_owned(),
    };
    Object::Text(Text {
        boundary: Rect::new(x, y, size * count as f64, size * 1.2),
        ctm: None,
        font: 0,
        size,
        weight: 400,
        italic: false,
        h_scale: 1.0,
        fill: Color::BLACK,
        runs: vec![run],
    })
}

fn line(y: f64) -> Object {
    Object::Path(Path {
        boundary: Rect::new(20.0, y, 170.0, 12.0),
        ctm: None,
        stroke: Some(Stroke { color: Color::BLACK, width: 0.35, dash: vec![] }),
        fill: None,
        even_odd: false,
        segments: vec![
            Segment::Move(0.0, 0.0),
            Segment::Line(170.0, 0.0),
            Segment::Line(170.0, 12.0),
            Segment::Line(0.0, 12.0),
            Segment::Close,
        ],
    })
}

pub struct Parties {
    pub trust: Trust,
    signer: LocalSigner,
    seal: Vec<u8>,
}

impl Parties {
    pub fn new() -> Result<Parties> {
        Parties::with_picture(PNG)
    }

    /// With a seal of 42 mm that looks like this PNG.
    pub fn with_picture(png: &[u8]) -> Result<Parties> {
        let root = PrivateKey::from_bytes(&[1; 32])?;
        let root_name = Name::new(&[("C", "CN"), ("CN", "SAMPLE ROOT")])?;
        let certify = |serial: u8, name: &Name, key: &PrivateKey, ca: bool| -> Result<Certificate> {
            let new = NewCertificate {
                serial: &[serial],
                subject: name,
                issuer: &root_name,
                public_key: key.public_key(),
                issuer_key: root.public_key(),
                not_before: Time(NOW.0 - YEAR),
                not_after: Time(NOW.0 + YEAR),
                ca,
                path_length: None,
            };
            issue(&new, &|message| Ok(root.sign(message)))
        };
        let party = |serial: u8, name: &str| -> Result<LocalSigner> {
            let key = PrivateKey::from_bytes(&[serial; 32])?;
            let name = Name::new(&[("C", "CN"), ("CN", name)])?;
            let certificate = certify(serial, &name, &key, false)?;
            LocalSigner::new(key, certificate)
        };
        let anchor = certify(1, &root_name, &root, true)?;
        let (maker, signer) = (party(2, "SAMPLE SEAL MAKER")?, party(3, "江苏省测试厅")?);
        let list = CertList::Certificates(vec![ofd::sm2::Signer::certificate(&signer).der().to_vec()]);
        let picture = ses::Picture { kind: "PNG".into(), data: png.to_vec(), width: 42, height: 42 };
        let new = NewSeal {
            es_id: "32000020260001",
            vid: "SAMPLE",
            kind: 1,
            name: "江苏省测试厅",
            cert_list: &list,
            created: NOW,
            valid_start: NOW,
            valid_end: Time(NOW.0 + YEAR),
            picture: &picture,
        };
        let seal = ses::make_seal(&new, &maker)?;
        let (this_update, next_update) = (Time(NOW.0 - YEAR), Time(NOW.0 + YEAR));
        let new = NewCrl { issuer: &anchor, number: 1, this_update, next_update, revoked: &[] };
        let list = issue_crl(&new, &|message| Ok(root.sign(message)))?;
        let trust = Trust { anchors: vec![anchor], crls: vec![list], ..Trust::default() };
        Ok(Parties { trust, signer, seal })
    }

    pub fn seal(&self, package: &mut Package) -> Result<()> {
        let stamp = Stamp { page: 0, boundary: Rect::new(130.0, 220.0, 42.0, 42.0), clip: None };
        self.seal_at(package, &[stamp])
    }

    pub fn seal_at(&self, package: &mut Package, stamps: &[Stamp]) -> Result<()> {
        sign::seal(package, &NewSealing { seal: &self.seal, stamps, time: NOW }, &self.signer)
    }
}
