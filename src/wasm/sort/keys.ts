// Floats as whole numbers that are ordered like them.

/** Order-preserving bits of a float: −0 before 0, as sorting wants it. */
@inline
export function keyOf(bits: u64): u64 {
  return bits ^ ((<u64>(<i64>bits >> 63)) | 0x8000000000000000)
}

/** The bits behind a key. */
@inline
export function bitsOf(key: u64): u64 {
  return key ^ ((<u64>(<i64>~key >> 63)) | 0x8000000000000000)
}
