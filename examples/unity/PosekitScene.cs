// Who is there, from OSC messages as `posekit run --preset unity` sends them. Plain C#, without Unity.
using System.Collections.Generic;

namespace Posekit
{
    /// <summary>One person: places are those of the preset: the picture is 1 high, its middle is 0, y is up.</summary>
    public sealed class Person
    {
        public static readonly string[] Parts =
        {
            "nose", "leftEye", "rightEye", "leftEar", "rightEar", "leftShoulder", "rightShoulder", "leftElbow",
            "rightElbow", "leftWrist", "rightWrist", "leftHip", "rightHip", "leftKnee", "rightKnee", "leftAnkle",
            "rightAnkle",
        };

        /// <summary>Pairs of parts that a drawn skeleton joins.</summary>
        public static readonly int[,] Bones =
        {
            { 3, 1 }, { 1, 0 }, { 0, 2 }, { 2, 4 }, { 5, 6 }, { 5, 7 }, { 7, 9 }, { 6, 8 }, { 8, 10 }, { 5, 11 }, { 6, 12 },
            { 11, 12 }, { 11, 13 }, { 13, 15 }, { 12, 14 }, { 14, 16 },
        };

        public int Slot;
        /// <summary>Never used again: tells whether the slot still holds the same person.</summary>
        public int Id;
        public float Score;
        public readonly float[] X = new float[17];
        public readonly float[] Y = new float[17];
        public readonly float[] Scores = new float[17];
        /// <summary>Angles, counts, gestures: docs/events.md lists them.</summary>
        public readonly Dictionary<string, float> States = new Dictionary<string, float>();
        internal int Frame;
    }

    /// <summary>Something that happened: its kind, and its message with slot and id and its own fields.</summary>
    public struct PosekitEvent
    {
        public string Kind;
        public OscMessage Message;
    }

    /// <summary>
    /// Keeps the newest of everything. A lost datagram loses one frame of one person; people who are missing in /pose/alive,
    /// or have not been heard of for so many frames, are gone.
    /// </summary>
    public sealed class PosekitScene
    {
        private const int Forgotten = 90;
        private const int Behind = 1000;

        public readonly Dictionary<int, Person> People = new Dictionary<int, Person>();
        public readonly Queue<PosekitEvent> Events = new Queue<PosekitEvent>();
        public int Frame = -1;
        public int Count;
        public float Fps;
        public int SourceState;
        private readonly string _prefix;

        public PosekitScene(string prefix = "/pose")
        {
            _prefix = prefix + "/";
        }

        public void Take(byte[] datagram, int length)
        {
            int frame = Frame;
            bool late = false;
            foreach (OscMessage message in OscReader.Read(datagram, length))
            {
                if (message.Address == "/posekit/status")
                {
                    SourceState = message.Int(0);
                    Fps = message.Float(1);
                }
                if (!message.Address.StartsWith(_prefix)) continue;
                string path = message.Address.Substring(_prefix.Length);
                if (path == "frame")
                {
                    frame = message.Int(0);
                    // Datagrams may overtake each other; a number far back is a new run. Events are never too late.
                    late = frame < Frame && Frame - frame < Behind;
                    if (!late) Frame = frame;
                }
                else if (!late || path.StartsWith("event/")) Take(path, message, frame);
            }
        }

        private void Take(string path, OscMessage message, int frame)
        {
            if (path == "count") Count = message.Int(0);
            else if (path == "alive") Keep(message, frame);
            else if (path.StartsWith("event/"))
                Events.Enqueue(new PosekitEvent { Kind = path.Substring("event/".Length), Message = message });
            else
            {
                int slash = path.IndexOf('/');
                int slot;
                if (slash > 0 && int.TryParse(path.Substring(0, slash), out slot))
                    TakePerson(slot, path.Substring(slash + 1), message, frame);
            }
        }

        private void TakePerson(int slot, string what, OscMessage message, int frame)
        {
            if (what == "info" && message.Int(0) == 0)
            {
                if (People.ContainsKey(slot) && People[slot].Id == message.Int(1)) People.Remove(slot);
                return;
            }
            Person person;
            People.TryGetValue(slot, out person);
            if (what == "kp")
            {
                int id = message.Int(1);
                if (person == null || person.Id != id) People[slot] = person = new Person { Slot = slot, Id = id };
                person.Frame = frame;
                person.Score = message.Float(2);
                for (int part = 0; part < 17; part++)
                {
                    person.X[part] = message.Float(3 + 3 * part);
                    person.Y[part] = message.Float(4 + 3 * part);
                    person.Scores[part] = message.Float(5 + 3 * part);
                }
            }
            else if (person != null && what.StartsWith("state/"))
                person.States[what.Substring("state/".Length)] = message.Float(0);
        }

        private void Keep(OscMessage alive, int frame)
        {
            var slots = new HashSet<int>();
            for (int index = 0; index < alive.Arguments.Length; index++) slots.Add(alive.Int(index));
            foreach (int slot in new List<int>(People.Keys))
            {
                int silent = frame - People[slot].Frame;
                if (!slots.Contains(slot) || silent > Forgotten || silent < 0) People.Remove(slot);
            }
        }
    }
}
