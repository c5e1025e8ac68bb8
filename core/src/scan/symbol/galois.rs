//! Arithmetic in the field of 256 elements that Reed–Solomon works in.

/// The product.
pub(super) fn mul(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    let sum = usize::from(FIELD.log[usize::from(a)]) + usize::from(FIELD.log[usize::from(b)]);
    FIELD.power[sum]
}

/// The number that `a` is to be multiplied with for 1; 0 for 0, which has none.
pub(super) fn inverse(a: u8) -> u8 {
    if a == 0 {
        return 0;
    }
    FIELD.power[255 - usize::from(FIELD.log[usize::from(a)])]
}

/// The generator 2, multiplied with itself `n` times.
pub(super) fn power(n: usize) -> u8 {
    FIELD.power[n % 255]
}

struct Field {
    /// Twice around, so that a sum of two logarithms needs no remainder.
    power: [u8; 512],
    log: [u8; 256],
}

const fn field() -> Field {
    let (mut power, mut log) = ([0; 512], [0; 256]);
    let mut x: u16 = 1;
    let mut i = 0;
    while i < 255 {
        power[i] = x as u8;
        power[i + 255] = x as u8;
        log[x as usize] = i as u8;
        x <<= 1;
        if x >= 256 {
            x ^= 0x11D;
        }
        i += 1;
    }
    Field { power, log }
}

static FIELD: Field = field();
