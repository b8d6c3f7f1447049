// Reads recorded datagrams (each after its length, little-endian) and prints who is there after each.
using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Posekit;

public static class Program
{
    public static int Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var scene = new PosekitScene();
        using (var reader = new BinaryReader(File.OpenRead(arguments[0])))
        {
            while (reader.BaseStream.Position < reader.BaseStream.Length)
            {
                byte[] datagram = reader.ReadBytes(reader.ReadInt32());
                try
                {
                    scene.Take(datagram, datagram.Length);
                }
                catch (FormatException error)
                {
                    Console.WriteLine("no OSC: " + error.Message);
                    continue;
                }
                foreach (Person person in scene.People.Values.OrderBy(person => person.Slot))
                    Console.WriteLine(
                        "person {0} {1} {2} {3:R} {4:R} {5:R} {6}", scene.Frame, person.Slot, person.Id,
                        person.X[10], person.Y[10], person.Scores[10], person.States.Count);
                while (scene.Events.Count > 0)
                {
                    PosekitEvent told = scene.Events.Dequeue();
                    Console.WriteLine("event {0} {1}", told.Kind, string.Join(" ", told.Message.Arguments));
                }
                Console.WriteLine("frame {0} {1} {2}", scene.Frame, scene.Count, scene.People.Count);
            }
        }
        return 0;
    }
}
