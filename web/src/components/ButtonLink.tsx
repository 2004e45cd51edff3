import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

export function ButtonLink({
  to,
  testid,
  ...rest
}: ButtonProps & { to: string; testid?: string; children: ReactNode }) {
  return <Button component={Link} to={to} data-testid={testid} {...rest} />;
}
