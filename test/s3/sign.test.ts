import { expect, test } from 'vitest'
import { sha256, signatureOf } from './sign.ts'

// The examples of the specification, "Signature Calculations for the Authorization Header".
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const EMPTY = sha256('')
const host = 'examplebucket.s3.amazonaws.com'
const time = '20130524T000000Z'
const dated = { host, 'x-amz-content-sha256': EMPTY, 'x-amz-date': time }
const welcome = sha256('Welcome to Amazon S3.')

test.each([
  [
    'an object by a range',
    { method: 'GET', path: '/test.txt', query: [], headers: { ...dated, range: 'bytes=0-9' }, payload: EMPTY },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'an object that is put',
    {
      method: 'PUT',
      path: '/test$file.text',
      query: [],
      headers: {
        ...{ date: 'Fri, 24 May 2013 00:00:00 GMT', host, 'x-amz-content-sha256': welcome, 'x-amz-date': time },
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
      payload: welcome,
    },
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'a parameter without a value',
    { method: 'GET', path: '/', query: [['lifecycle', '']], headers: dated, payload: EMPTY },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'a listing',
    {
      method: 'GET',
      path: '/',
      query: [
        ['prefix', 'J'],
        ['max-keys', '2'],
      ],
      headers: dated,
      payload: EMPTY,
    },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
] as const)('signs %s as the specification does', (_, request, signature) => {
  const signed = Object.keys(request.headers).sort()
  expect(signatureOf({ ...request, signed, time, region: 'us-east-1' }, SECRET)).toBe(signature)
})
