import { expect, test } from 'vitest';
import { keysAndPlace, keysOnly, parseKeys } from './keys';

const keys = { accessKeyId: 'AKIA1', secretAccessKey: 'a/b+c=' };

test('keys as environment, credentials file, JSON and CSV', () => {
  for (const text of [
    'export AWS_ACCESS_KEY_ID="AKIA1"\nexport AWS_SECRET_ACCESS_KEY=\'a/b+c=\'\n',
    '[default]\naws_access_key_id = AKIA1\r\naws_secret_access_key = a/b+c=\r\n',
    '{"AccessKeyId": "AKIA1", "SecretAccessKey": "a/b+c="}',
    '{"Credentials": {"AccessKeyId": "AKIA1", "SecretAccessKey": "a/b+c="}}',
    'Access key ID,Secret access key\nAKIA1,a/b+c=\n',
    'SecretId: AKIA1\nSecretKey: a/b+c=',
  ]) {
    expect(parseKeys(text)).toEqual(keys);
  }
});

test('of what comes with the keys only what is a place counts', () => {
  expect(parseKeys('{"url":"x","accessKey":"AKIA1","secretKey":"a/b+c=","api":"s3v4"}')).toEqual(keys);
  expect(parseKeys('set AWS_ACCESS_KEY_ID=AKIA1\nset AWS_SECRET_ACCESS_KEY=a/b+c=\nS3_PREFIX=a\nS3_BUCKET=b')).toEqual(
    {
      ...keys,
      prefix: 'a',
      bucket: 'b',
    },
  );
});

test('what is not both keys is left alone', () => {
  for (const text of ['', 'AKIA1', 'AWS_ACCESS_KEY_ID=AKIA1', '{"a": null}', 'null', '[]', 'a,b\nc,d']) {
    expect(parseKeys(text)).toBeUndefined();
  }
});

test('the place comes along where it is told', () => {
  const found = parseKeys(
    [
      'AWS_ACCESS_KEY_ID=AKIA1',
      'AWS_SECRET_ACCESS_KEY=a/b+c=',
      'AWS_ENDPOINT_URL=https://play.example:9000',
      'S3_BUCKET=team/a/b',
    ].join('\n'),
  );
  expect(found && keysAndPlace(found)).toEqual({
    ...keys,
    sessionToken: '',
    endpoint: 'https://play.example:9000',
    preset: 's3',
    bucket: 'team',
    prefix: 'a/b',
  });
  expect(found && keysOnly(found)).toEqual({ ...keys, sessionToken: '' });
  const oss = parseKeys(
    'accessKeyId=AKIA1\naccessKeySecret=a/b+c=\nregion=cn-hangzhou\nendpoint=https://oss-cn-hangzhou.aliyuncs.com',
  );
  expect(oss && keysAndPlace(oss)).toMatchObject({ preset: 'oss', region: 'cn-hangzhou' });
});
