import { expect, test } from 'vitest';
import { pastedKeys } from './pasted';

test('lines of a shell', () => {
  const text =
    'export AWS_ACCESS_KEY_ID=AK\nAWS_SECRET_ACCESS_KEY="s/e=c"\r\n' +
    'AWS_ENDPOINT_URL=https://s3.example\nS3_BUCKET=backups/team/a';
  expect(pastedKeys(text)).toEqual({
    accessKeyId: 'AK',
    secretAccessKey: 's/e=c',
    endpoint: 'https://s3.example',
    preset: 's3',
    bucket: 'backups',
    prefix: 'team/a',
  });
});

test('a credentials file', () => {
  expect(pastedKeys('[default]\naws_access_key_id = AK\naws_secret_access_key = SK\nregion = eu-west-1')).toEqual({
    accessKeyId: 'AK',
    secretAccessKey: 'SK',
    region: 'eu-west-1',
  });
});

test('what consoles hand out', () => {
  expect(pastedKeys('{"url":"x","accessKey":"AK","secretKey":"SK","api":"s3v4"}')).toEqual({
    accessKeyId: 'AK',
    secretAccessKey: 'SK',
  });
  expect(pastedKeys('SecretId: AK\nSecretKey: SK')).toEqual({ accessKeyId: 'AK', secretAccessKey: 'SK' });
});

test('anything else is pasted as it is', () => {
  for (const text of ['', 'AKIAXXXX', 'AWS_ACCESS_KEY_ID=AK', '{"accessKey":1}', '{', 'null', '[1]']) {
    expect(pastedKeys(text)).toBeUndefined();
  }
});
