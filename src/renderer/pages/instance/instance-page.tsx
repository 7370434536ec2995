export default function InstancePage() {
  return null;
}
