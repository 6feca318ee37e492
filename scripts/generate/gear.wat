;; Cuts bytes where their content says so, and gives each chunk a fingerprint. src/core/chunks-plain.ts is the same in TypeScript, and says
;; what each step is for; a test holds the two to the same answers. Compiled into src/core/gear.gen.ts by `npm run gen`.
;;
;; Memory: 1 KiB gear table (256 × i32), 1 KiB of the same shifted left by one, both written by the host; from 4096 on what the host likes.
(module
  (memory (export "memory") 4)

  ;; Chunks of the bytes in [at, end), as rows of three i32 at `out`: length, two halves of the fingerprint. Out: how many rows.
  ;; Stops where fewer than `max` bytes are left, unless they are the last ones.
  (func (export "scan")
    (param $at i32) (param $end i32) (param $isLast i32)
    (param $min i32) (param $avg i32) (param $max i32) (param $hard i32) (param $easy i32) (param $out i32) (result i32)
    (local $cut i32) (local $rows i32)
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $at) (local.get $end)))
        (br_if $done (i32.and
          (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (local.get $max))
          (i32.eqz (local.get $isLast))))
        (local.set $cut (call $cut
          (local.get $at) (local.get $end) (local.get $min) (local.get $avg) (local.get $max)
          (local.get $hard) (local.get $easy)))
        (i32.store (local.get $out) (i32.sub (local.get $cut) (local.get $at)))
        (i64.store offset=4 align=4 (local.get $out) (call $print (local.get $at) (local.get $cut)))
        (local.set $out (i32.add (local.get $out) (i32.const 12)))
        (local.set $rows (i32.add (local.get $rows) (i32.const 1)))
        (local.set $at (local.get $cut))
        (br $next)))
    (local.get $rows))

  (func $cut
    (param $at i32) (param $end i32) (param $min i32) (param $avg i32) (param $max i32) (param $hard i32) (param $easy i32)
    (result i32)
    (local $i i32) (local $mid i32) (local $from i32) (local $h i32)
    (if (i32.gt_u (i32.sub (local.get $end) (local.get $at)) (local.get $max))
      (then (local.set $end (i32.add (local.get $at) (local.get $max)))))
    (local.set $from (i32.add (local.get $at) (local.get $min)))
    (if (i32.ge_u (local.get $from) (local.get $end)) (then (return (local.get $end))))
    (local.set $mid (i32.add (local.get $at) (local.get $avg)))
    (if (i32.gt_u (local.get $mid) (local.get $end)) (then (local.set $mid (local.get $end))))
    (local.set $i (i32.sub (local.get $from) (i32.const 32)))
    (loop $warm
      (local.set $h (i32.add (i32.shl (local.get $h) (i32.const 1))
        (i32.load (i32.shl (i32.load8_u (local.get $i)) (i32.const 2)))))
      (br_if $warm (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $from))))
    (local.set $i (call $seek (local.get $i) (local.get $mid) (local.get $h) (local.get $hard)))
    (if (local.get $i) (then (return (local.get $i))))
    (local.set $i (call $seek (local.get $mid) (local.get $end) (global.get $hash) (local.get $easy)))
    (if (local.get $i) (then (return (local.get $i))))
    (local.get $end))

  ;; What a seek that found nothing leaves to the next.
  (global $hash (mut i32) (i32.const 0))

  ;; The first place in (i, to] where the hash has none of the mask's bits; 0 where there is none. Two bytes a turn, so that a turn waits for
  ;; one shift and not for two: the first hash stands in it shifted by one, and the mask leaves the highest bit free for that.
  (func $seek (param $i i32) (param $to i32) (param $h i32) (param $mask i32) (result i32)
    (local $twice i32)
    (local.set $twice (i32.shl (local.get $mask) (i32.const 1)))
    (local.set $to (i32.sub (local.get $to) (i32.const 1)))
    (block $none
      (br_if $none (i32.ge_u (local.get $i) (local.get $to)))
      (loop $pair
        (local.set $h (i32.add (i32.shl (local.get $h) (i32.const 2))
          (i32.load offset=1024 (i32.shl (i32.load8_u (local.get $i)) (i32.const 2)))))
        (if (i32.eqz (i32.and (local.get $h) (local.get $twice)))
          (then (return (i32.add (local.get $i) (i32.const 1)))))
        (local.set $h (i32.add (local.get $h)
          (i32.load (i32.shl (i32.load8_u offset=1 (local.get $i)) (i32.const 2)))))
        (if (i32.eqz (i32.and (local.get $h) (local.get $mask)))
          (then (return (i32.add (local.get $i) (i32.const 2)))))
        (br_if $pair (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 2))) (local.get $to)))))
    (global.set $hash (local.get $h))
    (i32.const 0))

  (func $round (param $sum v128) (param $words v128) (result v128)
    (i32x4.mul
      (v128.xor
        (v128.or (i32x4.shl (local.get $sum) (i32.const 5)) (i32x4.shr_u (local.get $sum) (i32.const 27)))
        (local.get $words))
      (v128.const i32x4 0x9e3779b1 0x9e3779b1 0x9e3779b1 0x9e3779b1)))

  (func $print (param $i i32) (param $end i32) (result i64)
    (local $a v128) (local $b v128) (local $k v128) (local $last i32) (local $sum i64)
    (local.set $sum (i64.extend_i32_u (i32.sub (local.get $end) (local.get $i))))
    (local.set $a (v128.const i32x4 1 2 3 4))
    (local.set $b (v128.const i32x4 5 6 7 8))
    (local.set $k (v128.const i32x4 0x9e3779b1 0x9e3779b1 0x9e3779b1 0x9e3779b1))
    (local.set $last (i32.sub (local.get $end) (i32.const 32)))
    (if (i64.lt_u (local.get $sum) (i64.const 32))
      (then
        (block $done
          (loop $byte
            (br_if $done (i32.eq (local.get $i) (local.get $end)))
            (local.set $a (call $round (local.get $a) (i32x4.splat (i32.load8_u (local.get $i)))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br $byte))))
      (else
        (loop $stripe
          ;; Two rounds, written out: V8 inlines no calls.
          (local.set $a (i32x4.mul (local.get $k) (v128.xor (v128.load align=1 (local.get $i))
            (v128.or (i32x4.shl (local.get $a) (i32.const 5)) (i32x4.shr_u (local.get $a) (i32.const 27))))))
          (local.set $b (i32x4.mul (local.get $k) (v128.xor (v128.load offset=16 align=1 (local.get $i))
            (v128.or (i32x4.shl (local.get $b) (i32.const 5)) (i32x4.shr_u (local.get $b) (i32.const 27))))))
          (br_if $stripe (i32.le_u (local.tee $i (i32.add (local.get $i) (i32.const 32))) (local.get $last))))
        (local.set $a (call $round (local.get $a) (v128.load align=1 (local.get $last))))
        (local.set $b (call $round (local.get $b) (v128.load offset=16 align=1 (local.get $last))))))
    (local.set $sum (call $fold (local.get $sum) (i64x2.extract_lane 0 (local.get $a))))
    (local.set $sum (call $fold (local.get $sum) (i64x2.extract_lane 1 (local.get $a))))
    (local.set $sum (call $fold (local.get $sum) (i64x2.extract_lane 0 (local.get $b))))
    (call $fold (local.get $sum) (i64x2.extract_lane 1 (local.get $b))))

  (func $fold (param $sum i64) (param $lane i64) (result i64)
    (local.set $sum (i64.mul (i64.xor (local.get $sum) (local.get $lane)) (i64.const 0x9e3779b97f4a7c15)))
    (i64.xor (local.get $sum) (i64.shr_u (local.get $sum) (i64.const 29))))
)
