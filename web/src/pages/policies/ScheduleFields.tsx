import { Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { weekdayValues } from '../../api/types';
import { isCron, localTimeZone, type ScheduleForm } from '../../lib/schedule';

const ways: ScheduleForm['how'][] = ['Hourly', 'Daily', 'Weekly', 'Monthly', 'every', 'cron', 'byHand'];
const zones = () => ['UTC', ...Intl.supportedValuesOf('timeZone')];

interface Props {
  form: ScheduleForm;
  onChange: (change: Partial<ScheduleForm>) => void;
}

// What a cron line means; the library comes when it is wanted.
function CronWords({ cron }: { cron: string }) {
  const { i18n } = useTranslation();
  const [words, setWords] = useState('');
  useEffect(() => {
    if (!isCron(cron)) return setWords('');
    let wanted = true;
    void import('cronstrue/i18n').then(({ default: cronstrue }) => {
      const locale = i18n.language === 'zh-CN' ? 'zh_CN' : 'en';
      if (wanted)
        setWords(cronstrue.toString(cron, { locale, use24HourTimeFormat: true, throwExceptionOnParseError: false }));
    });
    return () => {
      wanted = false;
    };
  }, [cron, i18n.language]);
  return words ? (
    <Text size="sm" c="dimmed">
      {words}
    </Text>
  ) : null;
}

const clock = ({ hour, minute }: ScheduleForm) =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

export function ScheduleFields({ form, onChange }: Props) {
  const { t } = useTranslation();
  const { how } = form;
  const hasTime = how === 'Daily' || how === 'Weekly' || how === 'Monthly';
  return (
    <Stack gap="sm">
      <Group align="flex-start" gap="sm">
        <Select
          label={t('schedule.how')}
          data={ways.map((value) => ({ value, label: t(`schedule.way.${value}`) }))}
          value={how}
          onChange={(value) => onChange({ how: value as ScheduleForm['how'] })}
          w={{ base: '100%', xs: 220 }}
          data-testid="frequency"
        />
        {how === 'Weekly' && (
          <Select
            label={t('schedule.weekday')}
            data={weekdayValues.map((value) => ({ value, label: t(`weekday.${value}`) }))}
            value={form.weekday}
            onChange={(value) => onChange({ weekday: value as ScheduleForm['weekday'] })}
            w={140}
          />
        )}
        {how === 'Monthly' && (
          <NumberInput
            label={t('schedule.day')}
            min={1}
            max={31}
            value={form.day}
            onChange={(value) => onChange({ day: Number(value) || 1 })}
            w={100}
          />
        )}
        {hasTime && (
          <TextInput
            type="time"
            label={t('schedule.time')}
            value={clock(form)}
            onChange={(event) => {
              const [hour, minute] = event.currentTarget.value.split(':').map(Number);
              if (hour !== undefined && minute !== undefined) onChange({ hour, minute });
            }}
            w={150}
            data-testid="time"
          />
        )}
        {how === 'Hourly' && (
          <NumberInput
            label={t('schedule.minute')}
            min={0}
            max={59}
            value={form.minute}
            onChange={(value) => onChange({ minute: Number(value) || 0 })}
            w={120}
          />
        )}
        {how === 'every' && (
          <NumberInput
            label={t('schedule.minutes')}
            min={1}
            max={99999}
            value={form.everyMinutes}
            onChange={(value) => onChange({ everyMinutes: Math.max(1, Number(value) || 1) })}
            w={120}
            data-testid="every"
          />
        )}
        {how === 'cron' && (
          <TextInput
            label={t('schedule.cronLine')}
            value={form.cron}
            onChange={(event) => onChange({ cron: event.currentTarget.value })}
            error={isCron(form.cron) ? undefined : t('schedule.cronError')}
            w={180}
            data-testid="cron"
          />
        )}
        {(hasTime || how === 'cron') && (
          <Select
            label={t('schedule.timeZone')}
            data={[...new Set([localTimeZone(), ...zones()])]}
            value={form.timeZone}
            onChange={(value) => value && onChange({ timeZone: value })}
            searchable
            limit={60}
            w={{ base: '100%', xs: 200 }}
            data-testid="time-zone"
          />
        )}
      </Group>
      {how === 'cron' && <CronWords cron={form.cron} />}
    </Stack>
  );
}
