/* Looks for a number whose SHA-256 (FIPS 180-4) with the challenge begins with so many zero bits, in slices, so that
   the page stays usable. `crypto.subtle` would need https and a promise for each digest. */
function prove(challenge, bits, done) {
  var K = [];
  for (var candidate = 2, composite = {}; K.length < 64; candidate++) {
    if (composite[candidate]) continue;
    for (var multiple = candidate * candidate; multiple < 313; multiple += candidate) composite[multiple] = true;
    K.push((Math.pow(candidate, 1 / 3) * 4294967296) | 0);
  }
  var words = new Int32Array(64);

  function firstWord(text) {
    var h = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
    var size = ((text.length + 8) >> 6) * 16 + 16;
    var blocks = new Int32Array(size);
    for (var i = 0; i < text.length; i++) blocks[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
    blocks[text.length >> 2] |= 0x80 << (24 - (text.length % 4) * 8);
    blocks[size - 1] = text.length * 8;
    for (var at = 0; at < size; at += 16) {
      var s = h.slice();
      for (var n = 0; n < 64; n++) {
        if (n < 16) words[n] = blocks[at + n];
        else {
          var a = words[n - 15], b = words[n - 2];
          words[n] = (words[n - 16] + words[n - 7] + (((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3))
            + (((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10))) | 0;
        }
        var e = s[4], top = s[0];
        var t1 = (s[7] + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))
          + ((e & s[5]) ^ (~e & s[6])) + K[n] + words[n]) | 0;
        var t2 = ((((top >>> 2) | (top << 30)) ^ ((top >>> 13) | (top << 19)) ^ ((top >>> 22) | (top << 10)))
          + ((top & s[1]) ^ (top & s[2]) ^ (s[1] & s[2]))) | 0;
        s = [(t1 + t2) | 0, s[0], s[1], s[2], (s[3] + t1) | 0, s[4], s[5], s[6]];
      }
      for (var k = 0; k < 8; k++) h[k] = (h[k] + s[k]) | 0;
    }
    return h[0];
  }

  var number = 0;
  (function slice() {
    for (var end = number + 500; number < end; number++) {
      if (firstWord(challenge + "." + number) >>> (32 - bits) === 0) return done(String(number));
    }
    setTimeout(slice, 0);
  })();
}
