import { Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface TokenFieldProps {
  value: string;
  onChange: (token: string) => void;
  label: string;
  autoFocus?: boolean;
}

// Where a transfer token is pasted: mail programs break it into lines, which are no part of it.
export function TokenField({ value, onChange, label, autoFocus }: TokenFieldProps) {
  const { t } = useTranslation();
  return (
    <Textarea
      label={label}
      description={t('importPolicy.tokenText')}
      placeholder="tranship1_"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.replace(/\s+/g, ''))}
      autoFocus={autoFocus}
      autosize
      minRows={3}
      maxRows={6}
      spellCheck={false}
      autoComplete="off"
      classNames={{ input: 'mono' }}
      data-testid="token"
    />
  );
}
