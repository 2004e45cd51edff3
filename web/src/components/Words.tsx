import { Code } from '@mantine/core';
import { Fragment } from 'react';

// A text of the documentation, where what is `in back quotes` is to be typed or looked for as it stands.
export function Words({ text }: { text: string }) {
  return text
    .split('`')
    .map((part, index) =>
      index % 2 === 1 ? <Code key={index}>{part}</Code> : <Fragment key={index}>{part}</Fragment>,
    );
}
