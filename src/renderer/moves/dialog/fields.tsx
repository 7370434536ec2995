import { NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import { useNames } from '../../ui/names.ts';
import { type ActionRequest, type FieldName, fieldsOf } from '../model/requests.ts';

const DURATIONS = ['600', '1800', '3600', '14400', '86400', '172800', '604800'] as const;
const RULES = ['prefer', 'neutral', 'prefer_not', 'must_not'];

/** Asks for what an action lacks. */
export function Fields({
  request,
  members,
  asked,
  onChange,
}: {
  readonly request: ActionRequest;
  /** As it came: what it had then is not asked for. */
  readonly asked: ActionRequest;
  readonly members: ReadonlyMap<string, Member>;
  readonly onChange: (request: ActionRequest) => void;
}) {
  const fields = fieldsOf(request).filter((field) => !isGiven(asked, field));
  if (fields.length === 0) return null;
  return (
    <div className="moves-fields">
      {fields.map((field, index) => (
        <Field
          key={field}
          field={field}
          first={index === 0}
          request={request}
          members={members}
          onChange={(changes) => onChange(changed(request, changes))}
        />
      ))}
    </div>
  );
}

function isGiven(asked: ActionRequest, field: FieldName): boolean {
  return (field === 'designated' || field === 'candidate' || field === 'pattern') && field in asked;
}

type Changes = Readonly<Record<string, string | number | undefined>>;

/** What is emptied is left out, so that nothing empty is asked for. */
function changed(request: ActionRequest, changes: Changes): ActionRequest {
  const entries = Object.entries({ ...request, ...changes }).filter(([, value]) => value !== undefined && value !== '');
  // The fields of an action are those that it has.
  return Object.fromEntries(entries) as unknown as ActionRequest;
}

function Field({
  field,
  first,
  request,
  members,
  onChange,
}: {
  readonly field: FieldName;
  readonly first: boolean;
  readonly request: ActionRequest;
  readonly members: ReadonlyMap<string, Member>;
  readonly onChange: (changes: Changes) => void;
}) {
  const { t } = useTranslation('moves');
  const names = useNames();
  const value = request as unknown as {
    readonly text?: string;
    readonly number?: number;
    readonly seconds?: number;
  } & Changes;
  const focus = first ? { 'data-autofocus': true } : {};
  const text = (key: 'text' | 'pattern', description?: string) => (
    <TextInput
      {...focus}
      label={t(`field.${field}`)}
      {...(description === undefined ? {} : { description })}
      required={key === 'text'}
      value={String(value[key] ?? '')}
      onChange={(event) => onChange({ [key]: event.currentTarget.value })}
    />
  );
  switch (field) {
    case 'reason':
      return text('text');
    case 'tag':
      return text('text', t('field.tagHint'));
    case 'log':
      return text('text', t('field.logHint'));
    case 'pattern':
      return text('pattern', t('field.patternHint'));
    case 'duration':
      return (
        <Select
          label={t('field.duration')}
          allowDeselect={false}
          data={DURATIONS.map((seconds) => ({ value: seconds, label: t(`duration.${seconds}`) }))}
          value={String(value.seconds ?? DURATIONS[0])}
          onChange={(seconds) => onChange({ seconds: Number(seconds) })}
        />
      );
    case 'rule':
      return (
        <Select
          {...focus}
          label={t('field.rule')}
          openOnFocus={false}
          required
          data={RULES}
          value={value.text ?? null}
          onChange={(rule) => onChange({ text: rule ?? undefined })}
        />
      );
    case 'seconds':
      return (
        <NumberInput
          {...focus}
          label={t('field.seconds')}
          required
          min={0}
          allowDecimal={false}
          value={value.number ?? ''}
          onChange={(number) => onChange({ number: typeof number === 'number' ? number : undefined })}
        />
      );
    case 'designated':
    case 'candidate':
      return (
        <Select
          {...focus}
          label={t(`field.${field}`)}
          placeholder={t('field.anyone')}
          clearable
          searchable
          openOnFocus={false}
          data={successors(field, members).map(({ id }) => ({ value: id, label: names.server(id) }))}
          value={(value[field] as string | undefined) ?? null}
          onChange={(id) => onChange({ [field]: id ?? undefined })}
        />
      );
  }
}

/** Only a direct replica of the master can take over from it. */
function successors(field: 'designated' | 'candidate', members: ReadonlyMap<string, Member>): readonly Member[] {
  const able = [...members.values()].filter(({ sourceKey, valid }) => sourceKey !== null && valid);
  if (field === 'candidate') return able;
  return able.filter(({ parent }) => parent !== null && members.get(parent)?.depth === 0);
}
