//! Multiples of a point, calculated once, so that multiplying it again takes additions alone. For public
//! numbers only: how long it takes depends on them.

use sm2::elliptic_curve::{BatchNormalize, Group, PrimeField};
use sm2::{AffinePoint, ProjectivePoint, Scalar};
use std::sync::LazyLock;

/// Bits of a digit. Digits run from −16 to 16: of a point and its opposite, one is kept.
const BITS: usize = 5;
const KEPT: usize = 1 << (BITS - 1);
/// 256 bits, and room for the last carry.
const DIGITS: usize = 256 / BITS + 1;

/// 60 kB, made in the time of about ten multiplications without it.
pub(super) struct Table(Vec<AffinePoint>);

static GENERATOR: LazyLock<Table> = LazyLock::new(|| Table::new(ProjectivePoint::GENERATOR));

impl Table {
    pub fn of_generator() -> &'static Table {
        &GENERATOR
    }

    /// 1 to 16 times the point, the same of 32 times the point, of 1024 times …
    pub fn new(point: ProjectivePoint) -> Table {
        let mut points = Vec::with_capacity(DIGITS * KEPT);
        let mut step = point;
        for _ in 0..DIGITS {
            let mut multiple = step;
            for _ in 0..KEPT {
                points.push(multiple);
                multiple += step;
            }
            // Sixteen steps, doubled: the next place is worth thirty-two.
            step = points[points.len() - 1].double();
        }
        Table(ProjectivePoint::batch_normalize(points.as_slice()))
    }

    /// The sum with so many times the point.
    pub fn add_multiple(&self, mut sum: ProjectivePoint, times: &Scalar) -> ProjectivePoint {
        for (place, digit) in digits(times).into_iter().enumerate() {
            let at = place * KEPT + usize::from(digit.unsigned_abs());
            match digit {
                0 => {}
                1.. => sum += &self.0[at - 1],
                _ => sum -= &self.0[at - 1],
            }
        }
        sum
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Table({} points)", self.0.len())
    }
}

/// The number in digits of base 32 from −15 to 16, lowest first.
fn digits(number: &Scalar) -> [i8; DIGITS] {
    let bytes = number.to_repr();
    // Bit 0 is the last byte's lowest.
    let bit = |at: usize| if at < 256 { bytes[31 - at / 8] >> (at % 8) & 1 } else { 0 };
    let mut carry = 0;
    std::array::from_fn(|place| {
        let raw = (0..BITS).fold(0, |sum, at| sum | (bit(place * BITS + at) << at)) as i8 + carry;
        carry = i8::from(raw > KEPT as i8);
        raw - carry * (2 * KEPT as i8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sm2::FieldBytes;

    fn scalar(bytes: [u8; 32]) -> Scalar {
        Option::<Scalar>::from(Scalar::from_repr(FieldBytes::from(bytes))).unwrap()
    }

    /// Small ones, the largest, carries through all digits and around the order's half.
    fn numbers() -> Vec<Scalar> {
        let mut numbers: Vec<Scalar> = (0..70u64).map(Scalar::from).collect();
        numbers.extend((1..70u64).map(|number| -Scalar::from(number)));
        numbers.extend([[0x7f; 32], [0xef; 32], [0x84; 32], [0x10; 32], [0x0f; 32]].map(scalar));
        let mut power = Scalar::ONE;
        for _ in 0..260 {
            numbers.extend([power, power - Scalar::ONE, power + Scalar::from(15u64)]);
            power = power + power;
        }
        numbers
    }

    #[test]
    fn multiples_are_those_of_the_library() {
        let point = ProjectivePoint::GENERATOR * scalar([0x37; 32]);
        let table = Table::new(point);
        for number in numbers() {
            assert_eq!(table.add_multiple(ProjectivePoint::IDENTITY, &number), point * number);
        }
        let start = ProjectivePoint::GENERATOR;
        let number = scalar([0x5c; 32]);
        assert_eq!(Table::of_generator().add_multiple(start, &number), start * (number + Scalar::ONE));
    }

    #[test]
    fn sums_that_vanish_and_double_on_the_way_come_out_right() {
        let table = Table::of_generator();
        let point = ProjectivePoint::GENERATOR;
        for number in [1u64, 2, 16, 17, 31, 32, 33, 1024] {
            let number = Scalar::from(number);
            assert!(bool::from(table.add_multiple(point * -number, &number).is_identity()));
            assert_eq!(table.add_multiple(point * number, &number), (point * number).double());
        }
    }

    #[test]
    fn digits_make_up_the_number() {
        for number in numbers() {
            let sum = digits(&number).iter().rev().fold(Scalar::ZERO, |sum, digit| {
                let digit_as_scalar = Scalar::from(u64::from(digit.unsigned_abs()));
                let sum = sum * Scalar::from(32u64);
                if *digit < 0 { sum - digit_as_scalar } else { sum + digit_as_scalar }
            });
            assert_eq!(sum, number);
        }
    }
}
