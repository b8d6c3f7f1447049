// OSC 1.0: from a datagram to messages. Plain C#, without Unity and without dependencies.
using System;
using System.Collections.Generic;
using System.Text;

namespace Posekit
{
    /// <summary>One OSC message. Arguments are int, float or string.</summary>
    public sealed class OscMessage
    {
        public readonly string Address;
        public readonly object[] Arguments;

        public OscMessage(string address, object[] arguments)
        {
            Address = address;
            Arguments = arguments;
        }

        /// <summary>The argument as a number; 0 if it is missing or text.</summary>
        public float Float(int index)
        {
            if (index >= Arguments.Length) return 0f;
            if (Arguments[index] is float) return (float)Arguments[index];
            return Arguments[index] is int ? (int)Arguments[index] : 0f;
        }

        /// <summary>The argument as a whole number; 0 if it is missing or something else.</summary>
        public int Int(int index)
        {
            return index < Arguments.Length && Arguments[index] is int ? (int)Arguments[index] : 0;
        }

        /// <summary>The argument as text; empty if it is missing or something else.</summary>
        public string Text(int index)
        {
            return index < Arguments.Length && Arguments[index] is string ? (string)Arguments[index] : "";
        }
    }

    /// <summary>Reads datagrams. Throws FormatException for one that is no OSC.</summary>
    public static class OscReader
    {
        private const int Deepest = 8;

        public static List<OscMessage> Read(byte[] datagram, int length)
        {
            var found = new List<OscMessage>();
            ReadPacket(datagram, 0, length, found, 0);
            return found;
        }

        private static void ReadPacket(byte[] bytes, int start, int end, List<OscMessage> found, int depth)
        {
            if (depth > Deepest) throw new FormatException("bundles within bundles within bundles");
            int at = start;
            string first = ReadString(bytes, ref at, end);
            if (first != "#bundle")
            {
                found.Add(ReadMessage(first, bytes, at, end));
                return;
            }
            at += 8; // the time tag: posekit's says "immediately"
            while (at < end)
            {
                int size = ReadInt(bytes, ref at, end);
                if (size <= 0 || size > end - at) throw new FormatException("an element is longer than its bundle");
                ReadPacket(bytes, at, at + size, found, depth + 1);
                at += size;
            }
        }

        private static OscMessage ReadMessage(string address, byte[] bytes, int at, int end)
        {
            if (!address.StartsWith("/")) throw new FormatException("an address begins with /");
            string tags = ReadString(bytes, ref at, end);
            if (!tags.StartsWith(",")) throw new FormatException("a message has type tags");
            var arguments = new object[tags.Length - 1];
            for (int index = 0; index < arguments.Length; index++)
            {
                switch (tags[index + 1])
                {
                    case 'i':
                        arguments[index] = ReadInt(bytes, ref at, end);
                        break;
                    case 'f':
                        arguments[index] = BitConverter.ToSingle(BitConverter.GetBytes(ReadInt(bytes, ref at, end)), 0);
                        break;
                    case 's':
                        arguments[index] = ReadString(bytes, ref at, end);
                        break;
                    default:
                        throw new FormatException("an argument is of type " + tags[index + 1]);
                }
            }
            return new OscMessage(address, arguments);
        }

        private static int ReadInt(byte[] bytes, ref int at, int end)
        {
            if (at + 4 > end) throw new FormatException("the datagram ends in a number");
            int value = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
            at += 4;
            return value;
        }

        private static string ReadString(byte[] bytes, ref int at, int end)
        {
            int stop = at;
            while (stop < end && bytes[stop] != 0) stop++;
            if (stop >= end) throw new FormatException("the datagram ends in a text");
            string text = Encoding.UTF8.GetString(bytes, at, stop - at);
            at += (stop - at) / 4 * 4 + 4;
            return text;
        }
    }
}
