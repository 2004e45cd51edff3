import { Anchor, Text, type TextProps } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { linkOf } from '../lib/format';

// Where an application can be reached, as a link where a browser can follow it.
export function Address({ address, testid, ...rest }: TextProps & { address: string; testid?: string }) {
  const link = linkOf(address);
  if (!link) {
    return (
      <Text span {...rest} className="mono wrap" data-testid={testid}>
        {address}
      </Text>
    );
  }
  return (
    <Anchor
      {...rest}
      href={link}
      target="_blank"
      rel="noreferrer"
      underline="never"
      className="wrap"
      data-testid={testid}
    >
      <span className="underlined">{address}</span> <IconExternalLink size={14} aria-hidden />
    </Anchor>
  );
}
